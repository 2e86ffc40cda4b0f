"""Share of wallet: between 0 and 1, gaps and opportunities not negative."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, one_of, suite_of, unique

ENTITY = "share_of_wallet"
KEY = ("quarter_start_date", "customer_id", "product_group")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between(
            "sow_ratio", 0, 1, severity="critical", remedy="a share of wallet outside 0 to 1 is a fault of the models"
        ),
        between("wallet_gap_amount", 0, None, severity="critical", remedy="a negative gap is a fault of the models"),
        between(
            "opportunity_amount", 0, None, severity="critical", remedy="a negative opportunity is a fault of the models"
        ),
        one_of("wallet_source", ("declared", "norm", "model", "none")),
    )
