"""Cost to serve: every row says how well its quantity is known."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, one_of, suite_of, unique

ENTITY = "cost_to_serve"
KEY = ("month_start_date", "customer_id", "activity", "resource_pool")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("source_quality", ("measured", "standard", "fallback")),
        no_rows(
            "imputed interest takes no minutes of a pool",
            "select month_start_date, customer_id, activity, resource_pool, minutes, cost_amount from {batch}"
            " where is_imputed and (minutes is not null or (activity = 'late_payment' and cost_amount < 0))",
            severity="critical",
            remedy="an imputed cost with minutes, or a negative cost of late payment, is a fault of the models",
            expected="no minutes, and no negative cost of late payment",
            column="is_imputed",
        ),
    )
