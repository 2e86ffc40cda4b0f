"""Inquiries: answered after they were received, and not in the future."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, not_after_load, suite_of, unique

ENTITY = "inquiry"
KEY = ("data_source", "inquiry_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        not_after_load("received_at", *KEY),
        no_rows(
            "answered after receipt",
            "select data_source, inquiry_id, received_at, first_response_at from {batch}"
            " where first_response_at < received_at",
            severity="warning",
            remedy="check the time zones of received_at and first_response_at in the source",
            column="first_response_at",
        ),
    )
