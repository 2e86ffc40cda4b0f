"""Territory plan: one row a channel and quarter, a bound below the objective, no more moves than a channel may have."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "territory_plan"
KEY = ("quarter_start_date", "channel")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("proposed_highest_load_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("gap_ratio", 0, 1, severity="critical", remedy=FAULT),
        no_rows(
            "no more moves than allowed",
            "select quarter_start_date, channel, moved_count, maximum_move_count from {batch}"
            " where moved_count > maximum_move_count",
            severity="critical",
            remedy=FAULT,
            expected="at most territory_maximum_moved_ratio of the customers of a channel",
            column="moved_count",
        ),
    )
