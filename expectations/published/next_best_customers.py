"""Next best customers: a customer on one list a quarter, places from 1 to n, only customers with something to win."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, present, suite_of, unique

ENTITY = "next_best_customers"
KEY = ("quarter_start_date", "rep_id", "customer_id")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        unique("quarter_start_date", "customer_id"),
        one_of("motion", ("REACTIVATE", "EXPAND", "ACQUIRE")),
        present("reason"),
        between("growth_potential_amount", 0, None, severity="critical", remedy=FAULT, strictly_above=True),
        between("expected_gain_amount", 0, None, severity="critical", remedy=FAULT, strictly_above=True),
        between("sow_ratio", 0, 1, severity="critical", remedy=FAULT),
        no_rows(
            "places from 1 without gaps",
            "select quarter_start_date, rep_id, max(rank) as last_rank, count(*) as row_count from {batch}"
            " group by quarter_start_date, rep_id"
            " having min(rank) <> 1 or max(rank) <> count(*) or count(distinct rank) <> count(*)",
            severity="critical",
            remedy=FAULT,
            expected="1 to the number of customers on the list",
            column="rank",
        ),
        no_rows(
            "lists have a rep who works",
            "select rep_id, rep_name, count(*) as row_count from {batch}"
            " where quarter_start_date = (select max(quarter_start_date) from {batch})"
            " and (flags like '%INACTIVE_REP%' or flags like '%UNKNOWN_REP%')"
            " group by rep_id, rep_name order by rep_id",
            severity="info",
            remedy="give the accounts of these reps another owner in the CRM",
            expected="each list with a rep who is at work",
            column="rep_id",
        ),
    )
