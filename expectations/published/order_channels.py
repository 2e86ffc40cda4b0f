"""Order channels: one row a class, channel and quarter; shares add up and savings are a part of the cost."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "order_channels"
KEY = ("quarter_start_date", "threshold_class", "order_channel")
FAULT = "outside its range it is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("threshold_class", ("C", "NOT_C")),
        one_of("order_channel", ("edi", "shop", "phone", "email", "fax", "field", "unknown")),
        between("order_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("cost_per_order_amount", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "the shares of a class are one",
            "select quarter_start_date, threshold_class from {batch}"
            " group by quarter_start_date, threshold_class having abs(sum(order_ratio) - 1) > 0.00001",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="shares of the channels that add up to one",
            column="order_ratio",
        ),
        no_rows(
            "orders that could shift are orders, and none came by EDI or shop",
            "select quarter_start_date, threshold_class, order_channel from {batch}"
            " where shiftable_order_count > order_count or costed_order_count > order_count"
            " or (order_channel in ('edi', 'shop') and shiftable_order_count > 0)",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="at most all orders, none by EDI or shop",
            column="shiftable_order_count",
        ),
        no_rows(
            "what a shift spares is part of the cost",
            "select quarter_start_date, threshold_class, order_channel from {batch}"
            " where shift_saving_amount > greatest(order_cost_amount, 0)",
            severity="warning",
            remedy="a pool with credits in some months may do that; otherwise it is a fault of the models",
            expected="savings up to the cost of the orders",
            column="shift_saving_amount",
        ),
    )
