"""Products: one row a product, prices and costs not negative."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, suite_of, unique

ENTITY = "product"
KEY = ("product_id",)


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("list_price_amount", 0, None, severity="warning", remedy="correct the list price in the source"),
        between("standard_cost_amount", 0, None, severity="warning", remedy="correct the standard cost in the source"),
    )
