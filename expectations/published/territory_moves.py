"""Territory moves: one row a customer and quarter, a new rep or the reason why there is none."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, one_of, suite_of, unique

ENTITY = "territory_moves"
KEY = ("quarter_start_date", "customer_id")
FAULT = "a contradiction within a row is a fault of the models"
CHANGES = ("REP_LEFT", "NO_REP_TODAY", "REMOTE_SERVICE", "OVERLOAD", "TRAVEL", "BALANCE")
NONE_FOUND = ("CAPACITY", "MOVE_LIMIT", "LOCKED", "REGION", "NO_REP")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    none_found = ", ".join(f"'{reason}'" for reason in NONE_FOUND)
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("status", ("MOVE", "ASSIGN", "UNASSIGNED")),
        one_of("reason", (*CHANGES, *NONE_FOUND)),
        no_rows(
            "a new rep or the reason why there is none",
            "select quarter_start_date, customer_id, status, to_rep_id, reason from {batch}"
            " where (to_rep_id is null) <> (status = 'UNASSIGNED')"
            f" or (to_rep_id is null) <> (reason in ({none_found})) or from_rep_id = to_rep_id",
            severity="critical",
            remedy=FAULT,
            expected="another rep, or UNASSIGNED with its reason",
            column="to_rep_id",
        ),
        no_rows(
            "who is locked is not moved",
            "select quarter_start_date, customer_id, to_rep_id from {batch} where is_locked and status = 'MOVE'",
            severity="critical",
            remedy=FAULT,
            expected="locked customers stay",
            column="is_locked",
        ),
        no_rows(
            "customers that nobody can take",
            "select quarter_start_date, reason, count(*) as customer_count from {batch}"
            " where status = 'UNASSIGNED' group by quarter_start_date, reason order by quarter_start_date, reason",
            severity="warning",
            remedy="add capacity, raise territory_maximum_moved_ratio or release locks; the reason says which",
            expected="a rep for each customer that needs one",
            column="reason",
        ),
    )
