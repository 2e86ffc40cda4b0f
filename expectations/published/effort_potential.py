"""Effort against potential: one row a customer and quarter, shares that add up, ranks without gaps."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "effort_potential"
KEY = ("quarter_start_date", "customer_id")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("status", ("OVER_SERVED", "UNDER_SERVED", "BALANCED")),
        between("minutes", 0, None, severity="critical", remedy=FAULT),
        between("minutes_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("potential_ratio", 0, 1, severity="critical", remedy=FAULT),
        no_rows(
            "shares add up",
            "select quarter_start_date, sum(minutes_ratio) as minutes_ratio, sum(potential_ratio) as potential_ratio"
            " from {batch} group by quarter_start_date"
            " having abs(sum(minutes_ratio) - 1) > 0.001 or sum(potential_ratio) > 1.001",
            severity="critical",
            remedy=FAULT,
            expected="all minutes, and no more than all of the potential",
            column="minutes_ratio",
        ),
        no_rows(
            "ranks from 1 without gaps",
            "select quarter_start_date, status, min(rank) as first_rank, max(rank) as last_rank, count(*) as row_count"
            " from {batch} where rank is not null group by quarter_start_date, status"
            " having min(rank) <> 1 or max(rank) <> count(*) or count(distinct rank) <> count(*)",
            severity="critical",
            remedy=FAULT,
            expected="1 to the number of rows",
            column="rank",
        ),
        no_rows(
            "a status or the reason why not",
            "select quarter_start_date, customer_id from {batch} where (status is null) <> (flags is not null)",
            severity="critical",
            remedy=FAULT,
            expected="a status without a flag, or a flag without a status",
            column="status",
        ),
    )
