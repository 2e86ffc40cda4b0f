"""Inside sales: one row a customer and quarter, exactly one rep or the reason why not, a backup who is another one."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, one_of, suite_of, unique

ENTITY = "inside_sales_assignment"
KEY = ("quarter_start_date", "customer_id")
FAULT = "a row that contradicts itself is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("status", ("ASSIGNED", "UNASSIGNED")),
        one_of("preferred_channel_source", ("DECLARED", "INFERRED", "DEFAULT")),
        one_of("contact_channel", ("phone", "email", "video", "social")),
        no_rows(
            "one rep, or the reason why not",
            "select quarter_start_date, customer_id from {batch}"
            " where (status = 'ASSIGNED') <> (rep_id is not null)"
            " or (status = 'UNASSIGNED') <> (reason in ('NO_REP', 'NO_CAPACITY'))"
            " or backup_rep_id = rep_id or (reason = 'KEPT' and rep_id is distinct from previous_rep_id)",
            severity="critical",
            remedy=FAULT,
            expected="a rep where assigned, a reason where not, and a backup that is another rep",
            column="rep_id",
        ),
        no_rows(
            "a next contact for whom one is planned",
            "select quarter_start_date, customer_id from {batch}"
            " where (next_contact_date is not null)"
            " <> (status = 'ASSIGNED' and may_contact and contacts_per_year > 0)"
            " or next_contact_date <= as_of_date or extract(isodow from next_contact_date) > 5"
            " or (not may_contact and contacts_per_year > 0)",
            severity="critical",
            remedy=FAULT,
            expected="a working day after the last day counted, for nobody who may not be contacted",
            column="next_contact_date",
        ),
        no_rows(
            "everybody has a rep",
            "select quarter_start_date, reason, count(*) as customer_count from {batch}"
            " where status = 'UNASSIGNED' and not is_provisional group by quarter_start_date, reason",
            severity="info",
            remedy="inside_sales_capacity tells how many reps a team lacks; policy_touch_plan how often one calls",
            expected="no customer without a rep",
            column="status",
        ),
    )
