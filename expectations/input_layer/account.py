"""CRM accounts: one row a company, with a size that can be used."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, suite_of, unique

ENTITY = "account"
KEY = ("account_id",)


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between(
            "employee_count",
            1,
            None,
            severity="warning",
            remedy="leave employee_count empty where it is unknown; 0 is no size and gives no wallet by norm",
        ),
        between(
            "annual_revenue_amount",
            0,
            None,
            severity="warning",
            remedy="leave annual_revenue_amount empty where it is unknown",
        ),
    )
