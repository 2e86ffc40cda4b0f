"""History of exceptions: each version once, without gaps; effective ones approved by somebody else, in time."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "override_history"
KEY = ("quarter_start_date", "data_source", "request_id", "version_number")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("status", ("pending", "approved", "rejected", "expired")),
        between("version_number", 1, None, severity="critical", remedy="outside its range it is a fault of the models"),
        no_rows(
            "versions are numbered without gaps",
            "select data_source, request_id, max(version_number) as version_number from {batch}"
            " group by data_source, request_id having max(version_number) <> count(*)",
            severity="warning",
            remedy="a file of the ledger is missing: restore ledger/priority_override_event of the home",
            expected="versions 1 to the last",
            column="version_number",
        ),
        no_rows(
            "effective ones are approved by somebody else within their validity",
            "select data_source, request_id, version_number from {batch} where is_eligible and (status <> 'approved'"
            " or approver_id is null or approver_id = requester_id or decided_at is null"
            " or valid_until < cast(decided_at as date))",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="approved, by somebody else, in time",
            column="is_eligible",
        ),
        no_rows(
            "reasons are on the list",
            "select reason_code, count(*) as row_count from {batch} where ineffective_reason = 'UNKNOWN_REASON'"
            " group by reason_code",
            severity="warning",
            remedy="add the reason to policy_override_reason or correct it in the source; such requests have no effect",
            expected="each reason in policy_override_reason",
            column="reason_code",
        ),
    )
