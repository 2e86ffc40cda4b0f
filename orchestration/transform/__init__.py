"""The dbt project inside a run: parameters, invocation in process, models and tests as Dagster assets and checks."""
