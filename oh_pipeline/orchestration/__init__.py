"""Dagster alone: assets, checks, jobs, schedule, sensor, resources."""
