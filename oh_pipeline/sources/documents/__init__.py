"""Word forms: labels and values in tables and lines."""
