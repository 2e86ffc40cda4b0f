"""Orders: one row an order, counts not negative, every currency convertible."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, not_after_load, suite_of, unique

ENTITY = "sales_order"
KEY = ("data_source", "order_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        not_after_load("ordered_at", *KEY),
        between("line_count", 0, None, severity="warning", remedy="correct the number of lines in the source"),
        between("quote_minutes", 0, None, severity="warning", remedy="correct the minutes in the source"),
    )
