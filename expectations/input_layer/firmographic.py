"""Firmographics: sizes that can be used."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, suite_of, unique

ENTITY = "firmographic"
KEY = ("account_id", "source", "as_of_date")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("employee_count", 1, None, severity="warning", remedy="leave employee_count empty where it is unknown"),
    )
