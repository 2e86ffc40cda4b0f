"""Cost reconciliation: every pool is accounted for to the cent."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, present, suite_of, unique

ENTITY = "cost_reconciliation"
KEY = ("month_start_date", "resource_pool")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        present("difference_amount", remedy="the reconciliation is a fault of the models where it is undefined"),
        between(
            "difference_amount", 0, 0, severity="critical", remedy="a difference to the ledger is a fault of the models"
        ),
    )
