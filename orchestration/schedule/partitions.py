"""Quarters as Dagster partitions."""

from __future__ import annotations

from datetime import date

from dagster import TimeWindowPartitionsDefinition

from orchestration.transform.parameters import quarter_label

FIRST_QUARTER = "2020-01-01"

# One partition a calendar quarter; the running quarter is one, since its campaign runs in it.
quarters = TimeWindowPartitionsDefinition(
    start=FIRST_QUARTER, cron_schedule="0 0 1 */3 *", fmt="%Y-%m-%d", end_offset=1
)


def label_of(partition_key: str) -> str:
    """Return ``2026Q4`` for the partition that begins with that quarter."""
    return quarter_label(date.fromisoformat(partition_key))
