"""Loyalty: one row a customer and quarter, valuable and profitable ones only, ranked without gaps."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "loyalty_rewards"
KEY = ("quarter_start_date", "customer_id")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("reason", ("TIER_A", "PROTECT", "PROTECT,TIER_A")),
        between("contribution_amount", 0, None, severity="critical", remedy=FAULT, strictly_above=True),
        between("tenure_months", 1, None, severity="critical", remedy=FAULT),
        no_rows(
            "the reason holds",
            "select quarter_start_date, customer_id from {batch}"
            " where (reason like '%TIER_A%') <> (tier_effective = 'A')"
            " or (reason like '%PROTECT%') <> coalesce(zone = 'PROTECT', false)",
            severity="critical",
            remedy=FAULT,
            expected="tier A and the zone PROTECT where the reason says so",
            column="reason",
        ),
        no_rows(
            "ranks from 1 without gaps",
            "select quarter_start_date, min(rank) as first_rank, max(rank) as last_rank, count(*) as row_count"
            " from {batch} group by quarter_start_date"
            " having min(rank) <> 1 or max(rank) <> count(*) or count(distinct rank) <> count(*)",
            severity="critical",
            remedy=FAULT,
            expected="1 to the number of rows",
            column="rank",
        ),
    )
