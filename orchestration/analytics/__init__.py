"""Methods that are not SQL: pure functions from arrays to arrays, without Dagster and without dbt."""
