"""Opportunities: amounts that can be."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, suite_of, unique

ENTITY = "opportunity"
KEY = ("data_source", "opportunity_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("amount", 0, None, severity="warning", remedy="leave the amount empty where it is unknown"),
    )
