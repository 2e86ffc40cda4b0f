"""Tier movements: from one tier to another one."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, suite_of, unique

ENTITY = "tier_movements"
KEY = ("quarter_start_date", "customer_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        no_rows(
            "tier changes",
            "select quarter_start_date, customer_id, to_tier from {batch} where from_tier = to_tier",
            severity="critical",
            remedy="a movement without a change is a fault of the models",
            expected="two different tiers",
            column="to_tier",
        ),
    )
