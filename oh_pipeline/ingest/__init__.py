"""Source files to raw tables in a process of its own, beside the one that orchestrates."""
