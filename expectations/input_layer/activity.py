"""Activities: durations that can be believed and no visit in the future."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, not_after_load, suite_of, unique

ENTITY = "activity"
KEY = ("data_source", "activity_id", "account_id")


def suite(limits: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        not_after_load("started_at", *KEY),
        no_rows(
            "duration of visits in range",
            "select data_source, activity_id, account_id, duration_minutes from {batch}"
            " where activity_type = 'visit' and duration_minutes not between"
            f" {limits['visit_minimum_minutes']} and {limits['visit_maximum_minutes']}",
            severity="warning",
            remedy="check how visits are recorded; the cost model uses the standard time or cuts the duration",
            expected=f"{limits['visit_minimum_minutes']:g} to {limits['visit_maximum_minutes']:g} minutes",
            column="duration_minutes",
        ),
        no_rows(
            "account of the activity known",
            "select activity.data_source, activity.activity_id, activity.account_id"
            " from (select * from {batch}) as activity"
            " where not exists (select 1 from input_layer.input_layer__account as account"
            " where account.account_id = activity.account_id)",
            severity="warning",
            remedy="deliver the account, or correct that of the activity; its cost is reported as unassigned",
            column="account_id",
        ),
    )
