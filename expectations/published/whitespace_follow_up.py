"""Follow-up of white space: due recommendations are followed or overdue, and no more are due than were listed."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "whitespace_follow_up"
KEY = ("quarter_start_date", "owner_rep_id")
FAULT = "outside its range it is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("overdue_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("overdue_expected_amount", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "what is due is followed or overdue",
            "select quarter_start_date, owner_rep_id from {batch}"
            " where followed_count + overdue_count <> due_count or due_count > listed_count"
            " or bought_count + coalesce(in_crm_count, 0) <> followed_count",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="counts that add up",
            column="due_count",
        ),
    )
