"""White space: each customer and group once, every amount rests on enough others, and says what to do until when."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "whitespace"
KEY = ("quarter_start_date", "customer_id", "product_group")
FAULT = "outside its range it is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("opportunity_type", ("CROSS_SELL", "UP_SELL")),
        one_of("channel", ("KAM", "FIELD", "INSIDE", "DIGITAL", "NONE")),
        between("expected_amount", 0, None, severity="critical", remedy=FAULT, strictly_above=True),
        between("peer_penetration_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("rank_customer", 1, None, severity="critical", remedy=FAULT),
        no_rows(
            "enough others",
            "select batch.quarter_start_date, batch.customer_id, batch.product_group, batch.evidence_count"
            " from (select * from {batch}) as batch"
            " inner join intermediate.int_policy__by_quarter as policy"
            " on batch.quarter_start_date = policy.quarter_start_date"
            " where batch.evidence_count < policy.whitespace_peer_minimum_count"
            " or batch.buyer_count > batch.peer_count or batch.evidence_count > batch.peer_count",
            severity="critical",
            remedy="an amount that rests on too few would tell what single customers buy: a fault of the models",
            expected="as many peers as the policy asks for",
            column="evidence_count",
        ),
        no_rows(
            "nothing that is bought is cross-selling",
            "select quarter_start_date, customer_id, product_group from {batch}"
            " where (opportunity_type = 'CROSS_SELL' and net_revenue_amount <> 0)"
            " or (opportunity_type = 'UP_SELL' and net_revenue_amount <= 0)",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="a group that is new to the customer, or one that it buys",
            column="opportunity_type",
        ),
        no_rows(
            "each has a step and a date",
            "select opportunity_type, channel, count(*) as row_count from {batch}"
            " where next_step is null or due_date is null or due_date <= as_of_date"
            " group by opportunity_type, channel",
            severity="warning",
            remedy="add a row of this type and channel to policy_whitespace_step",
            expected="what to do, and a day after the last one counted",
            column="next_step",
        ),
    )
