"""Coverage plan: one row a customer and quarter, a channel with touches, losses of low potential only."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "coverage_plan"
KEY = ("quarter_start_date", "customer_id")
CHANNELS = ("KAM", "FIELD", "INSIDE", "DIGITAL")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("steering", ("ATTACK", "DEFEND", "DEVELOP", "EFFICIENT")),
        one_of("recommended_channel", CHANNELS),
        one_of("current_channel", CHANNELS),
        one_of("reason", ("REVENUE", "POTENTIAL", "NO_VALUE", "NAMED_ACCOUNT", "KEY_ACCOUNT_GROUP")),
        between("touches_per_year", 0, 366, severity="critical", remedy="correct policy_touch_plan"),
        between("minutes_per_year", 0, None, severity="critical", remedy=FAULT),
        between("cost_amount", 0, None, severity="critical", remedy=FAULT),
        between("current_minutes", 0, None, severity="critical", remedy=FAULT),
        between("loss_quarter_count", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "a channel with a reason and touches",
            "select quarter_start_date, customer_id from {batch}"
            " where (recommended_channel is null) <> (reason is null)"
            " or (recommended_channel is not null and touches_per_year is null)"
            " or is_mismatch is distinct from (recommended_channel <> current_channel)"
            " or saving_amount is distinct from current_cost_amount - cost_amount",
            severity="critical",
            remedy=FAULT,
            expected="reason, touches, mismatch and saving that follow from the other columns",
            column="recommended_channel",
        ),
        no_rows(
            "losses are of low potential",
            "select quarter_start_date, customer_id from {batch}"
            " where loss_quarter_count > 0 and potential_class is distinct from 'LOW'",
            severity="critical",
            remedy="a customer of high or medium potential would be proposed for less service",
            expected="no other class",
            column="loss_quarter_count",
        ),
    )
