"""Evaluation of white space: counts within one another, more with each further rank."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "whitespace_evaluation"
KEY = ("quarter_start_date", "opportunity_type", "rank_limit")
FAULT = "outside its range it is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("opportunity_type", ("CROSS_SELL", "UP_SELL")),
        between("adopted_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("comparison_adopted_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("recommended_count", 1, None, severity="critical", remedy=FAULT),
        between("comparison_count", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "a further rank takes nothing away",
            "select quarter_start_date, opportunity_type, rank_limit from (select *,"
            " lag(recommended_count) over by_rank as recommended_before,"
            " lag(adopted_count) over by_rank as adopted_before from {batch}"
            " window by_rank as (partition by quarter_start_date, opportunity_type order by rank_limit)) as ordered"
            " where recommended_count < recommended_before or adopted_count < adopted_before",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="counts that grow with the rank",
            column="rank_limit",
        ),
    )
