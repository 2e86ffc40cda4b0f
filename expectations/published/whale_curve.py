"""Whale curve: positions without gaps."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, suite_of, unique

ENTITY = "whale_curve"
KEY = ("quarter_start_date", "customer_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        no_rows(
            "positions without gaps",
            "select quarter_start_date, max(position) as last_position, count(*) as customers from {batch}"
            " group by quarter_start_date having max(position) <> count(*) or min(position) <> 1",
            severity="critical",
            remedy="a gap in the curve is a fault of the models",
            expected="1 to the number of customers",
            column="position",
        ),
    )
