"""Ledger postings: not in the future, convertible, on cost centres that lead to a pool."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, convertible, no_rows, not_after_load, suite_of, unique

ENTITY = "cost_entry"
KEY = ("data_source", "entry_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        not_after_load("posting_date", *KEY),
        convertible("posting_date"),
        no_rows(
            "cost centre mapped to a pool",
            "select cost_center, count(*) as row_count, sum(amount) as amount from (select * from {batch}) as entry"
            " where not exists (select 1 from policy.policy_cost_center_pool as mapping"
            " where mapping.cost_center = entry.cost_center)"
            " and not exists (select 1 from policy.policy_resource_pool as pool"
            " where pool.resource_pool = entry.cost_center)"
            " group by cost_center order by cost_center",
            severity="warning",
            remedy="add the cost centre to policy_cost_center_pool; until then its cost is reported as unassigned",
            column="cost_center",
        ),
    )
