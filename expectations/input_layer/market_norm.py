"""Market norms: a spend above zero."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, suite_of, unique

ENTITY = "market_norm"
KEY = ("industry_code", "product_group", "valid_from")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between(
            "spend_per_employee_amount",
            0,
            None,
            severity="warning",
            remedy="remove the norm or correct it; it gives no wallet",
            strictly_above=True,
        ),
    )
