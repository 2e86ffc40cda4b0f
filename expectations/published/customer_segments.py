"""Customer segments: one row a customer and quarter, known classes, revenue in line with the last publication."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, at_least, between, no_rows, one_of, present, suite_of, unique

ENTITY = "customer_segments"
KEY = ("quarter_start_date", "customer_id")


def suite(limits: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("abc_revenue_class", ("A", "B", "C", "N")),
        one_of("abc_contribution_class", ("A", "B", "C", "N")),
        one_of("tier_raw", ("A", "B", "C", "N")),
        one_of("tier_effective", ("A", "B", "C", "N")),
        present("tier_effective"),
        one_of("potential_class", ("HIGH", "MID", "LOW")),
        one_of("threshold_class", ("C", "NOT_C")),
        one_of("recommended_channel", ("KAM", "FIELD", "INSIDE", "DIGITAL")),
        one_of("lifecycle_status", ("prospect", "new", "active", "inactive", "blocked")),
        one_of("wallet_source", ("declared", "norm", "model", "none")),
        between(
            "sow_ratio", 0, 1, severity="critical", remedy="a share of wallet outside 0 to 1 is a fault of the models"
        ),
        between("wallet_gap_amount", 0, None, severity="critical", remedy="a negative gap is a fault of the models"),
        at_least(
            "revenue with a CRM account",
            "select cast(sum(net_revenue_amount) filter (where account_id is not null)"
            " / nullif(sum(net_revenue_amount), 0) as decimal(9, 6)) as observed from {batch}"
            " where quarter_start_date = (select max(quarter_start_date) from {batch})"
            " and exists (select 1 from input_layer.input_layer__account)",
            limits["crm_erp_match_ratio"],
            severity="warning",
            remedy="link debtors to accounts by crm_account_id, VAT id or DUNS number, or in policy_customer_override",
        ),
        no_rows(
            "revenue of closed quarters as last published",
            "select now.quarter_start_date, now.net_revenue_amount, before.net_revenue_amount as published_before"
            " from (select quarter_start_date, sum(net_revenue_amount) as net_revenue_amount from {batch}"
            " where not is_provisional group by quarter_start_date) as now"
            " inner join ledger.publication as before on before.quarter_start_date = now.quarter_start_date"
            " and not before.is_provisional"
            " where before.publication_number = (select max(publication_number) from ledger.publication"
            " where run_id <> (select snapshot_id from run.parameter))"
            " and before.source_set = (select string_agg(data_source, '+' order by data_source) from run.data_source)"
            " and abs(now.net_revenue_amount - before.net_revenue_amount)"
            f" > {limits['revenue_drift_ratio']} * abs(before.net_revenue_amount)",
            severity="warning",
            remedy="compare what was delivered with the last delivery: a file may be missing or doubled",
            expected=f"within {limits['revenue_drift_ratio']:.0%} of the last publication",
            column="net_revenue_amount",
        ),
    )
