"""Inside sales capacity: one row a team and quarter, enough reps for the contacts and none too many."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "inside_sales_capacity"
KEY = ("quarter_start_date", "team")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("cost_source", ("capacity", "measured", "policy")),
        between(
            "contacts_per_year",
            0,
            None,
            severity="critical",
            remedy="check contacts a day and working days in policy_parameter",
            strictly_above=True,
        ),
        between("available_fte", 0, None, severity="critical", remedy="correct full_time_equivalent of the reps"),
        no_rows(
            "required reps carry the contacts",
            "select quarter_start_date, team from {batch}"
            " where required_fte * contacts_per_year < required_contact_count"
            " or (required_fte - 1) * contacts_per_year >= required_contact_count",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="as many reps as the contacts need, rounded up",
            column="required_fte",
        ),
    )
