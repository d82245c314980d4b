"""The models: dbt's project parsed once, built in a helper process that is warm when its turn comes. No Dagster."""
