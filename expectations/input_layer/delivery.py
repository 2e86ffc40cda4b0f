"""Deliveries: weights and freight not negative, every currency convertible."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, convertible, not_after_load, suite_of, unique

ENTITY = "delivery"
KEY = ("data_source", "delivery_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        not_after_load("delivered_date", *KEY),
        convertible("delivered_date"),
        between("weight_kg", 0, None, severity="warning", remedy="correct the weight in the source"),
        between(
            "freight_amount", 0, None, severity="warning", remedy="check the freight: credits belong to cost_entry"
        ),
    )
