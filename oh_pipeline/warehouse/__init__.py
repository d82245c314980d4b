"""The build file: make it, load it, audit it, publish it, read it. No Dagster, no meaning of a field."""
