"""From raw outcome fragments to a warehouse that can be trusted."""
