"""Audit of exceptions: each request once, verdicts that follow from their amounts, effects that were approved."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "override_audit"
KEY = ("quarter_start_date", "data_source", "request_id")
FAULT = "outside its range it is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("status", ("pending", "approved", "rejected", "expired")),
        one_of(
            "realised_source",
            ("ORDER_BILLED", "ORDER_BOOKED", "NO_ORDER", "ORDER_BEFORE_DECISION", "REVENUE_ABOVE_USUAL"),
        ),
        between("peer_win_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("overtaken_count", 0, None, severity="critical", remedy=FAULT),
        between("queue_delay_minutes", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "an effect is approved by somebody else within its validity",
            "select data_source, request_id from {batch} where (is_effective and (status <> 'approved'"
            " or approver_id is null or approver_id = requester_id or decided_at is null"
            " or valid_until < cast(decided_at as date))) or (is_effective = (ineffective_reason is not null))"
            " or (is_in_force and (not is_effective or valid_until < as_of_date))",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="approved, by somebody else, in time",
            column="is_effective",
        ),
        no_rows(
            "verdicts follow from promise, result and time",
            "select data_source, request_id from {batch} where (is_delivered is not null and"
            " (realised_amount is null or expected_result_amount is null or expected_result_amount <= 0))"
            " or (not is_delivered and is_provisional)"
            " or (is_provisional = (as_of_date >= horizon_end_date))",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="no verdict without a promise and a result, none of failure before the horizon is over",
            column="is_delivered",
        ),
        no_rows(
            "approvals by the one who asked",
            "select approver_id, count(*) as row_count from {batch} where ineffective_reason = 'SELF_APPROVED'"
            " group by approver_id",
            severity="info",
            remedy="have requests approved by somebody else; these have no effect",
            expected="none",
            column="approver_id",
        ),
    )
