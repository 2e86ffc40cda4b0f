"""Returns: one row a return, not in the future."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, not_after_load, suite_of, unique

ENTITY = "return"
KEY = ("data_source", "return_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        not_after_load("returned_date", *KEY),
    )
