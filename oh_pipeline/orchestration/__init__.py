"""Dagster alone: assets, checks, jobs, schedule, sensor, resources; and dbt, called in process."""
