"""Portfolio development: one row a quarter, parts within their whole."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "portfolio_development"
KEY = ("quarter_start_date",)
FAULT = "outside its range it is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("rated_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("mean_rater_spread_score", 0, 100, severity="critical", remedy=FAULT),
        between("opportunity_amount", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "rated customers are among those to be rated",
            "select quarter_start_date, rated_count, ratable_count from {batch} where rated_count > ratable_count",
            severity="critical",
            remedy="more rated than there are is a fault of the models",
            expected="rated_count at most ratable_count",
            column="rated_count",
        ),
    )
