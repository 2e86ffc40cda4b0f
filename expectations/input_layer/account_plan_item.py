"""Items of account plans: one row an item."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, suite_of, unique

ENTITY = "account_plan_item"
KEY = ("data_source", "item_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
    )
