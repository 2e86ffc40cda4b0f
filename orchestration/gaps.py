"""What each missing entity or column of the input contract costs, told where someone connects a system."""

from __future__ import annotations

# Entity -> what the result lacks when nothing of it is delivered.
ENTITY_GAPS: dict[str, str] = {
    "account": "no prospects, industries, sizes, owners or do-not-contact marks; customers are the debtors alone",
    "contact": "campaign lists cannot leave out opted-out contacts, access to decision makers is unknown",
    "rep": "no owner names, no capacity of sales: its cost has no unused part, channels follow revenue alone",
    "activity": "thresholds use the policy cost per visit; cost to serve has no visits, calls or mails",
    "inquiry": "no queue of inquiries; complaints keep nobody off campaign lists, service effort is charged to nobody",
    "opportunity": "no open business beside the revenue",
    "wallet_declaration": "wallets come from norms and peers; share of wallet rests on estimates only",
    "criterion_rating": "no ratings for portfolio zones",
    "priority_request": "no priority exceptions to audit",
    "account_plan_item": "no completeness of account plans",
    "customer": "no debtors: revenue belongs to nobody and nothing can be published",
    "product": "no product groups: one wallet a customer, cost of goods only where invoice lines carry it",
    "invoice_line": "no revenue: there are no quarters and every published table is empty",
    "sales_order": "the order desk's cost is not charged to customers",
    "delivery": "no freight and no delivery effort: logistics stays unassigned",
    "return": "the cost of returns is not charged to customers",
    "receivable": "no cost of late payment",
    "service_job": "no cost of ancillary services",
    "cost_entry": "no pool costs: cost to serve holds direct freight at most, contribution is undefined",
    "exchange_rate": "amounts in a foreign currency stop the run; all in the reporting currency is fine",
    "firmographic": "sizes and industries come from the CRM account alone",
    "market_norm": "no wallets by spend per employee",
}

# (entity, columns that stand in for each other) -> what the result lacks when all of them are empty in every row.
COLUMN_GAPS: dict[tuple[str, tuple[str, ...]], str] = {
    ("account", ("industry_code",)): "peers are not of the same industry, market norms do not apply",
    ("account", ("employee_count",)): "no size: peers are not of similar size, market norms do not apply",
    ("account", ("owner_rep_id",)): "no responsible rep on lists, no focus accounts, the current channel is unknown",
    ("account", ("assigned_class",)): "no comparison with the class typed into the CRM",
    ("account", ("is_do_not_contact",)): "nobody is kept off campaign lists by the account's mark",
    ("contact", ("is_opted_out",)): "nobody is kept off campaign lists by a contact's choice",
    ("rep", ("rep_role",)): "the reps belong to no pool: visits have no measured cost",
    ("rep", ("full_time_equivalent",)): "every rep counts as one full position",
    ("activity", ("duration_minutes",)): "every activity takes the standard time of the policy",
    ("activity", ("travel_minutes",)): "visits take no travel time of their own",
    ("activity", ("campaign_id",)): "cost, return and reach of campaigns are unknown",
    ("customer", ("crm_account_id", "vat_id", "duns_number")): "no debtor can be linked to a CRM account",
    ("product", ("standard_cost_amount",)): "no cost of goods where invoice lines carry none",
    ("invoice_line", ("product_id",)): "no product groups: wallets and shares by customer only",
    ("invoice_line", ("list_amount",)): "discounts are unknown: list price is taken to be the price paid",
    ("invoice_line", ("cost_amount",)): "cost of goods comes from standard cost or stays unknown",
    ("sales_order", ("line_count",)): "orders are weighted alike whatever their size",
    ("delivery", ("freight_amount",)): "no direct freight",
    ("receivable", ("paid_date",)): "late payment cannot be told from payment in time",
    ("cost_entry", ("cost_center",)): "no posting reaches a pool",
}
