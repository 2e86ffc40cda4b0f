"""Freed capacity: one row a rep and quarter, steps that add up, and no more approved than proposed."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "divestment_capacity"
KEY = ("quarter_start_date", "rep_id")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("candidate_count", 1, None, severity="critical", remedy=FAULT),
        between("freed_minutes", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "steps add up",
            "select quarter_start_date, rep_id from {batch} where"
            " reprice_count + shift_channel_count + min_service_count + exit_count <> candidate_count"
            " or approved_count > candidate_count or approved_freed_minutes > freed_minutes",
            severity="critical",
            remedy=FAULT,
            expected="each customer in one step, approved ones among them",
            column="candidate_count",
        ),
    )
