"""Focus proposal: three types a quarter, ranked without gaps, an amount or the reason why there is none."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "campaign_focus_proposal"
KEY = ("quarter_start_date", "campaign_type")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("campaign_type", ("SOW", "PROCESS", "ACCESS")),
        between(
            "addressable_amount",
            0,
            None,
            severity="critical",
            remedy="an opportunity, a saving and a potential are never negative: a fault of the models",
        ),
        between("rank", 1, 3, severity="critical", remedy="there are three types: a fault of the models"),
        no_rows(
            "an amount or the reason why there is none",
            "select quarter_start_date, campaign_type, addressable_amount, no_amount_reason from {batch}"
            " where (addressable_amount is null) = (no_amount_reason is null)",
            severity="critical",
            remedy="what is not known is never an amount of 0: a fault of the models",
            expected="one of the two",
            column="addressable_amount",
        ),
        no_rows(
            "the largest amount comes first",
            "select larger.quarter_start_date, larger.campaign_type, smaller.campaign_type as ranked_before"
            " from (select * from {batch}) as larger inner join (select * from {batch}) as smaller"
            " on larger.quarter_start_date = smaller.quarter_start_date and larger.rank > smaller.rank"
            " where larger.addressable_amount > smaller.addressable_amount",
            severity="critical",
            remedy="the proposal is ranked by amount: a fault of the models",
            expected="ranks in the order of the amounts",
            column="rank",
        ),
    )
