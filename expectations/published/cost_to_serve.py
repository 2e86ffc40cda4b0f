"""Cost to serve: every row says how well its quantity is known."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, one_of, suite_of, unique

ENTITY = "cost_to_serve"
KEY = ("month_start_date", "customer_id", "activity", "resource_pool")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("source_quality", ("measured", "standard", "fallback")),
    )
