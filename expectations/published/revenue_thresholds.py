"""Revenue thresholds: not negative, measured or from policy."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, one_of, suite_of, unique

ENTITY = "revenue_thresholds"
KEY = ("quarter_start_date", "scope", "channel")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("cost_source", ("measured", "policy")),
        between(
            "threshold_amount",
            0,
            None,
            severity="critical",
            remedy="check touches, cost per touch and ratio of the channel in policy_channel",
        ),
    )
