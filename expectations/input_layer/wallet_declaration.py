"""Declared wallets: positive, with a confidence between 0 and 1."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, not_after_load, suite_of, unique

ENTITY = "wallet_declaration"
KEY = ("account_id", "product_group", "declared_date")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        not_after_load("declared_date", *KEY),
        between(
            "wallet_amount",
            0,
            None,
            severity="warning",
            remedy="deliver the yearly need in the reporting currency, or no declaration; it is not used",
            strictly_above=True,
        ),
        between(
            "confidence_ratio",
            0,
            1,
            severity="warning",
            remedy="deliver the confidence as a ratio between 0 and 1, not as percent",
        ),
    )
