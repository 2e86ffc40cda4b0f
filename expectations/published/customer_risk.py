"""Customer risk: one row a customer and quarter that shows a sign, and as many signs as it says."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "customer_risk"
KEY = ("quarter_start_date", "customer_id")
FAULT = "outside its range it is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("risk_sign_count", 1, 4, severity="critical", remedy=FAULT),
        between("days_since_purchase", 0, None, severity="critical", remedy=FAULT),
        between("median_response_hours", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "signs add up",
            "select quarter_start_date, customer_id from {batch}"
            " where risk_sign_count <> cast(coalesce(has_open_complaint, false) as integer)"
            " + cast(coalesce(has_slow_responses, false) as integer)"
            " + cast(coalesce(has_interval_overrun, false) as integer)"
            " + cast(coalesce(has_many_returns, false) as integer)"
            " or unanswered_complaint_count > open_complaint_count or late_response_count > response_count",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="as many signs as are true, and no more of a kind than there are",
            column="risk_sign_count",
        ),
        no_rows(
            "nothing is known that happened later",
            "select quarter_start_date, customer_id from {batch} where last_purchase_date > as_of_date",
            severity="critical",
            remedy="a purchase after the last day counted is a fault of the models",
            expected="the last purchase is not after as_of_date",
            column="last_purchase_date",
        ),
    )
