"""Segment distribution: shares of customers add up to one in each scheme."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, suite_of, unique

ENTITY = "segment_distribution"
KEY = ("quarter_start_date", "scheme", "class")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        no_rows(
            "shares of customers add up",
            "select quarter_start_date, scheme, sum(customer_ratio) as customer_ratio from {batch}"
            " group by quarter_start_date, scheme"
            " having abs(sum(customer_ratio) - 1) > 0.000001 * count(*) and sum(customer_count) > 0",
            severity="critical",
            remedy="a customer counted twice or not at all is a fault of the models",
            expected="1 in each scheme and quarter",
            column="customer_ratio",
        ),
    )
