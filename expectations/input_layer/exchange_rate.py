"""Exchange rates: one a currency and day, above zero."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, suite_of, unique

ENTITY = "exchange_rate"
KEY = ("currency_code", "rate_date")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between(
            "rate_to_reporting",
            0,
            None,
            severity="critical",
            remedy="correct the rate: units of the reporting currency for one unit of the currency",
            strictly_above=True,
        ),
    )
