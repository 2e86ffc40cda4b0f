"""Profit concentration: shares only of a positive total, and the index within its bounds."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "profit_concentration"
KEY = ("quarter_start_date",)
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("profit_concentration_index", 0, 1, severity="critical", remedy=FAULT),
        between("peak_contribution_ratio", 1, None, severity="critical", remedy=FAULT),
        between("loss_amount", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "index where the total is positive",
            "select quarter_start_date, total_contribution_amount, profit_concentration_index from {batch}"
            " where (coalesce(total_contribution_amount, 0) > 0) <> (profit_concentration_index is not null)",
            severity="critical",
            remedy=FAULT,
            expected="an index for a positive total, none for another",
            column="profit_concentration_index",
        ),
    )
