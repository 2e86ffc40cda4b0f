"""Time on focus: three layers a rep, shares between 0 and 1, large portfolios told."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "focus_time"
KEY = ("quarter_start_date", "rep_id", "focus_layer")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("focus_layer", ("TOP5", "ACTIVE15", "REST")),
        between("minutes", 0, None, severity="critical", remedy=FAULT),
        between("minutes_ratio", 0, 1, severity="critical", remedy=FAULT),
        no_rows(
            "layers of a rep add up to its accounts",
            "select quarter_start_date, rep_id, sum(customer_count) as customer_count from {batch}"
            " group by quarter_start_date, rep_id having sum(customer_count) <> max(portfolio_count) or count(*) <> 3",
            severity="critical",
            remedy=FAULT,
            expected="three layers with all accounts",
            column="customer_count",
        ),
    )
