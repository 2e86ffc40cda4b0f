"""When runs happen and where their history is kept: Dagster's instance, partitions, schedules, sensors."""
