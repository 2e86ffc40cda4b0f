"""Concentration of growth: the more of the growth is held, the more customers it takes."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "growth_concentration"
KEY = ("quarter_start_date", "growth_share_ratio")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("growth_share_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("customer_count", 1, None, severity="critical", remedy=FAULT),
        between("customer_ratio", 0, 1, severity="critical", remedy=FAULT),
        no_rows(
            "a larger share takes no fewer customers",
            "select one.quarter_start_date, one.growth_share_ratio from (select * from {batch}) as one"
            " inner join (select * from {batch}) as other"
            " on one.quarter_start_date = other.quarter_start_date"
            " and one.growth_share_ratio < other.growth_share_ratio"
            " where one.customer_count > other.customer_count"
            " or one.growth_potential_amount > other.growth_potential_amount"
            " or one.smallest_growth_potential_amount < other.smallest_growth_potential_amount",
            severity="critical",
            remedy=FAULT,
            expected="customers and growth that rise with the share",
            column="customer_count",
        ),
        no_rows(
            "each share is reached",
            "select one.quarter_start_date, one.growth_share_ratio from (select * from {batch}) as one"
            " inner join (select * from {batch}) as whole"
            " on one.quarter_start_date = whole.quarter_start_date and whole.growth_share_ratio = 1"
            " where one.growth_potential_amount < one.growth_share_ratio * whole.growth_potential_amount"
            " or one.growth_potential_amount - one.smallest_growth_potential_amount"
            " >= one.growth_share_ratio * whole.growth_potential_amount",
            severity="critical",
            remedy=FAULT,
            expected="at least the share, and less than it without the last customer",
            column="growth_potential_amount",
        ),
    )
