"""Summary of the audit: one row a group and quarter, shares between 0 and 1, each dimension with all requests."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "override_audit_summary"
KEY = ("quarter_start_date", "dimension", "dimension_value")
SHARES = ("hit_ratio", "rejected_hit_ratio", "win_ratio", "rejected_win_ratio", "peer_win_ratio")
FAULT = "outside its range it is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("dimension", ("ALL", "APPROVER", "REASON")),
        *(between(share, 0, 1, severity="critical", remedy=FAULT) for share in SHARES),
        no_rows(
            "no more delivered than judged, judged than effective, effective than approved",
            "select quarter_start_date, dimension, dimension_value from {batch} where delivered_count > judged_count"
            " or judged_count > effective_count or effective_count > approved_count or approved_count > request_count",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="counts that hold each other",
            column="request_count",
        ),
        no_rows(
            "each dimension holds every request",
            "select quarter_start_date, dimension, sum(request_count) as request_count"
            " from (select * from {batch}) as batch group by quarter_start_date, dimension"
            " having sum(request_count) <> (select sum(request_count)"
            " from (select * from {batch}) as whole where whole.quarter_start_date = batch.quarter_start_date"
            " and whole.dimension = 'ALL')",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="as many as in ALL",
            column="request_count",
        ),
    )
