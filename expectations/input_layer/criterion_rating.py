"""Ratings of criteria: scores on the scale, criteria that something reads."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "criterion_rating"
KEY = ("account_id", "criterion_id", "rated_date", "rater_id")


def suite(limits: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between(
            "score",
            limits["score_minimum"],
            limits["score_maximum"],
            severity="warning",
            remedy="rescale the scores, or set the scale in policy_quality_limit",
        ),
        # Beside the catalogue, two criteria of the policy hold what customers say of their suppliers.
        no_rows(
            "criterion is known to the policy",
            "select rating.criterion_id, count(*) as row_count from (select * from {batch}) as rating"
            " where rating.criterion_id not in (select criterion_id from policy.policy_criterion"
            " union all select value from policy.policy_parameter"
            " where parameter in ('supplier_rank_criterion_id', 'supplier_count_criterion_id'))"
            " group by rating.criterion_id order by rating.criterion_id",
            severity="warning",
            remedy="write the criterion as in policy_criterion, or add it there: nothing reads its ratings",
            expected="a criterion of policy_criterion",
            column="criterion_id",
        ),
    )
