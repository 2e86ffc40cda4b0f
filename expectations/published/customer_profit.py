"""Customer profit: the way from list price to contribution adds up."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, suite_of, unique

ENTITY = "customer_profit"
KEY = ("quarter_start_date", "customer_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        no_rows(
            "contribution is margin less cost to serve",
            "select quarter_start_date, customer_id from {batch}"
            " where contribution_amount <> gross_margin_amount - cost_to_serve_amount",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="equal to the cent",
            column="contribution_amount",
        ),
        no_rows(
            "net revenue is list less discount",
            "select quarter_start_date, customer_id from {batch}"
            " where net_revenue_amount <> list_amount - discount_amount",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="equal to the cent",
            column="net_revenue_amount",
        ),
    )
