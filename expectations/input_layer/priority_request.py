"""Requests for another priority: approved by someone else than the requester."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, suite_of, unique

ENTITY = "priority_request"
KEY = ("data_source", "request_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        no_rows(
            "approver is not the requester",
            "select data_source, request_id, requester_id from {batch}"
            " where status = 'approved' and approver_id = requester_id",
            severity="warning",
            remedy="have the request approved by someone else; it has no effect",
            column="approver_id",
        ),
    )
