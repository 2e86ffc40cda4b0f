"""Ratings of criteria: scores on the scale."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, suite_of, unique

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
    )
