"""Inquiry queue: each inquiry once a quarter, places without gaps, and nobody new before those who are protected."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "inquiry_queue"
KEY = ("quarter_start_date", "inquiry_id")
FAULT = "outside its range it is a fault of the models"
PRIORITIES = ("P1", "P2", "P3", "P4")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        unique("quarter_start_date", "queue_rank"),
        one_of("computed_priority", PRIORITIES),
        one_of("effective_priority", PRIORITIES),
        one_of("potential_class", ("HIGH", "MID", "LOW")),
        one_of("priority_case", ("MATRIX", "PROTECT_FIRST", "FOCUS_PROSPECT", "BYPASS", "UNKNOWN_CUSTOMER")),
        between("queue_rank", 1, None, severity="critical", remedy=FAULT),
        between("age_days", 0, None, severity="critical", remedy=FAULT),
        between("sow_ratio", 0, 1, severity="critical", remedy=FAULT),
        no_rows(
            "a better priority comes first",
            "select quarter_start_date, inquiry_id, queue_rank from ("
            "select quarter_start_date, inquiry_id, queue_rank, effective_priority,"
            " max(effective_priority) over (partition by quarter_start_date order by queue_rank) as worst_so_far"
            " from {batch}) as ordered where effective_priority < worst_so_far",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="priorities in the order of the queue",
            column="queue_rank",
        ),
        no_rows(
            "protected customers come before new ones of their potential class",
            "select batch.quarter_start_date, batch.inquiry_id, batch.queue_rank from (select * from {batch}) as batch"
            " inner join (select quarter_start_date, potential_class, max(queue_rank) as last_rank from {batch}"
            " where is_protected and request_id is null and priority_case <> 'BYPASS'"
            " group by quarter_start_date, potential_class) as protected"
            " on batch.quarter_start_date = protected.quarter_start_date"
            " and batch.potential_class = protected.potential_class"
            " where batch.queue_rank < protected.last_rank and batch.lifecycle_status in ('new', 'prospect')"
            " and batch.request_id is null and batch.priority_case <> 'BYPASS'",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="no new customer or prospect before a protected one without an approved exception",
            column="queue_rank",
        ),
        no_rows(
            "another priority only by an exception in force that somebody else approved",
            "select quarter_start_date, inquiry_id, request_id from {batch}"
            " where (request_id is null and effective_priority <> computed_priority)"
            " or (request_id is not null and (override_valid_until < as_of_date or override_approver_id is null"
            " or override_requester_id is null or override_approver_id = override_requester_id))",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="an approval in force behind each other priority",
            column="effective_priority",
        ),
    )
