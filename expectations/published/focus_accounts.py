"""Focus accounts: a customer in one pyramid a quarter, a prospect among the most important or its absence told."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "focus_accounts"
KEY = ("quarter_start_date", "rep_id", "customer_id")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique("quarter_start_date", "customer_id"),
        one_of("focus_layer", ("TOP5", "ACTIVE15", "REST")),
        one_of("mode", ("EXTRA_MILE", "PROACTIVE", "REACTIVE")),
        one_of("plan_required", ("ACCOUNT_PLAN", "ACTION_PLAN", "NONE")),
        between("importance_score", 0, 1, severity="critical", remedy=FAULT),
        between("slot_months", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "a prospect among the most important accounts, or told missing",
            "select quarter_start_date, rep_id, count(*) as row_count from {batch} where focus_layer = 'TOP5'"
            " group by quarter_start_date, rep_id"
            " having count(case when slot_reason like '%PROSPECT%' or flags like '%MISSING_PROSPECT%' then 1 end) = 0",
            severity="critical",
            remedy=FAULT,
            expected="a prospect's place, held or told empty, in each pyramid",
            column="slot_reason",
        ),
        no_rows(
            "each rep has a prospect to win",
            "select rep_id, count(*) as row_count from {batch}"
            " where quarter_start_date = (select max(quarter_start_date) from {batch})"
            " and flags like '%MISSING_PROSPECT%' group by rep_id order by rep_id",
            severity="info",
            remedy="give these reps prospects in the CRM: accounts of theirs that were never invoiced",
            expected="a prospect for each rep",
            column="flags",
        ),
    )
