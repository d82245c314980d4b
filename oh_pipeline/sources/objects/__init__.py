"""JSON: records as objects."""
