"""Small customer measures: one row a customer and quarter, leakages and bundles that add up."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "small_customer_measures"
KEY = ("quarter_start_date", "customer_id")
FAULT = "outside its range it is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("standard_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("service_intensive_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("proactive_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("channel_shift_saving_amount", 0, None, severity="critical", remedy=FAULT),
        between("days_untouched", 0, None, severity="critical", remedy=FAULT),
        between("minimum_order_uplift_amount", 0, None, severity="critical", remedy=FAULT),
        between(
            "surcharge_due_amount",
            0,
            None,
            severity="critical",
            remedy="check the minimum order fee in policy_parameter",
        ),
        no_rows(
            "surcharges and bundles add up",
            "select quarter_start_date, customer_id from {batch}"
            " where surcharge_leakage_amount <> surcharge_due_amount - surcharge_billed_amount"
            " or order_count <> bundle_count + saved_order_count or saved_order_count < 0"
            " or below_minimum_order_count > order_count or shiftable_order_count > order_count"
            " or (order_count > 0 and bundle_count = 0)",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="leakage is due less billed, orders are bundles and spared orders",
            column="surcharge_leakage_amount",
        ),
    )
