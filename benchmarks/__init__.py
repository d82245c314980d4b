"""Measured side by side with what a user would take instead. Nothing here is timed in the tests."""
