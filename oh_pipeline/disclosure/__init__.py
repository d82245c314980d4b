"""What the finished open edition tells, found out the way a reader would. What it shows is decided in dbt's models."""
