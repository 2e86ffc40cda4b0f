"""Reps: one row a person."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, suite_of, unique

ENTITY = "rep"
KEY = ("rep_id",)


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between(
            "full_time_equivalent",
            0,
            2,
            severity="warning",
            remedy="deliver full-time equivalents (0.5 for half a position), not hours or percent",
        ),
    )
