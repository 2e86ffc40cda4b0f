"""The columns of the input contract as the demo writes them: entity, column, Arrow type, in the contract's order."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

TEXT: Final = pa.string()
MONEY: Final = pa.decimal128(18, 2)
RATIO: Final = pa.decimal128(9, 6)
QUANTITY: Final = pa.decimal128(18, 4)
INTEGER: Final = pa.int32()
DEGREES: Final = pa.decimal128(9, 6)
DATE: Final = pa.date32()
MOMENT: Final = pa.timestamp("us")
FLAG: Final = pa.bool_()

ENTITIES: Final[dict[str, pa.Schema]] = {
    "account": pa.schema([
        ("account_id", TEXT), ("account_name", TEXT), ("account_status", TEXT), ("parent_account_id", TEXT),
        ("industry_code", TEXT), ("industry", TEXT), ("employee_count", INTEGER), ("annual_revenue_amount", MONEY),
        ("website", TEXT), ("website_text", TEXT), ("country_code", TEXT), ("postal_code", TEXT), ("city", TEXT),
        ("latitude", DEGREES), ("longitude", DEGREES), ("owner_rep_id", TEXT), ("territory_id", TEXT),
        ("preferred_channel", TEXT), ("competitor_name", TEXT), ("assigned_class", TEXT),
        ("is_do_not_contact", FLAG), ("is_named_account", FLAG), ("vat_id", TEXT), ("duns_number", TEXT),
        ("created_at", MOMENT)]),
    "contact": pa.schema([
        ("contact_id", TEXT), ("account_id", TEXT), ("contact_name", TEXT), ("contact_role", TEXT),
        ("access_level", INTEGER), ("email", TEXT), ("phone", TEXT), ("is_opted_out", FLAG)]),
    "rep": pa.schema([
        ("rep_id", TEXT), ("rep_name", TEXT), ("rep_role", TEXT), ("team", TEXT), ("territory_id", TEXT),
        ("full_time_equivalent", QUANTITY), ("cost_center", TEXT), ("latitude", DEGREES),
        ("longitude", DEGREES), ("active_from", DATE), ("active_to", DATE)]),
    "activity": pa.schema([
        ("activity_id", TEXT), ("account_id", TEXT), ("rep_id", TEXT), ("activity_type", TEXT), ("direction", TEXT),
        ("started_at", MOMENT), ("duration_minutes", QUANTITY), ("travel_minutes", QUANTITY),
        ("share_weight", RATIO), ("contact_id", TEXT), ("campaign_id", TEXT)]),
    "inquiry": pa.schema([
        ("inquiry_id", TEXT), ("account_id", TEXT), ("received_at", MOMENT), ("inquiry_type", TEXT),
        ("amount", MONEY), ("status", TEXT), ("first_response_at", MOMENT), ("closed_at", MOMENT),
        ("is_complete", FLAG), ("rep_id", TEXT), ("order_id", TEXT)]),
    "opportunity": pa.schema([
        ("opportunity_id", TEXT), ("account_id", TEXT), ("product_group", TEXT), ("amount", MONEY), ("stage", TEXT),
        ("is_closed", FLAG), ("is_won", FLAG), ("created_at", MOMENT), ("expected_close_date", DATE),
        ("closed_at", MOMENT), ("competitor_name", TEXT), ("rep_id", TEXT)]),
    "wallet_declaration": pa.schema([
        ("account_id", TEXT), ("product_group", TEXT), ("wallet_amount", MONEY), ("declared_date", DATE),
        ("declared_by", TEXT), ("confidence_ratio", RATIO)]),
    "criterion_rating": pa.schema([
        ("account_id", TEXT), ("criterion_id", TEXT), ("score", QUANTITY), ("rated_date", DATE), ("rater_id", TEXT)]),
    "priority_request": pa.schema([
        ("request_id", TEXT), ("inquiry_id", TEXT), ("account_id", TEXT), ("from_priority", TEXT),
        ("to_priority", TEXT), ("reason_code", TEXT), ("requester_id", TEXT), ("approver_id", TEXT),
        ("status", TEXT), ("requested_at", MOMENT), ("decided_at", MOMENT), ("valid_until", DATE),
        ("expected_result_amount", MONEY)]),
    "account_plan_item": pa.schema([
        ("item_id", TEXT), ("account_id", TEXT), ("plan_type", TEXT), ("section", TEXT), ("goal", TEXT),
        ("due_date", DATE), ("done_date", DATE)]),
    "customer": pa.schema([
        ("erp_customer_id", TEXT), ("customer_name", TEXT), ("crm_account_id", TEXT), ("vat_id", TEXT),
        ("duns_number", TEXT), ("country_code", TEXT), ("postal_code", TEXT), ("city", TEXT),
        ("customer_group", TEXT), ("payment_term_days", INTEGER), ("is_blocked", FLAG), ("is_intercompany", FLAG),
        ("survivor_erp_customer_id", TEXT), ("created_at", MOMENT)]),
    "product": pa.schema([
        ("product_id", TEXT), ("product_name", TEXT), ("product_group", TEXT), ("is_standard", FLAG),
        ("is_service_intensive", FLAG), ("list_price_amount", QUANTITY), ("standard_cost_amount", QUANTITY),
        ("minimum_order_quantity", QUANTITY)]),
    "invoice_line": pa.schema([
        ("invoice_id", TEXT), ("line_number", INTEGER), ("document_type", TEXT), ("erp_customer_id", TEXT),
        ("product_id", TEXT), ("order_id", TEXT), ("posting_date", DATE), ("quantity", QUANTITY),
        ("list_amount", MONEY), ("net_amount", MONEY), ("cost_amount", MONEY), ("currency_code", TEXT)]),
    "sales_order": pa.schema([
        ("order_id", TEXT), ("erp_customer_id", TEXT), ("ordered_at", MOMENT), ("order_channel", TEXT),
        ("is_manual", FLAG), ("line_count", INTEGER), ("change_count", INTEGER), ("is_special_quote", FLAG),
        ("quote_minutes", QUANTITY), ("ship_to_id", TEXT), ("net_amount", MONEY), ("surcharge_amount", MONEY),
        ("rep_id", TEXT), ("currency_code", TEXT)]),
    "delivery": pa.schema([
        ("delivery_id", TEXT), ("erp_customer_id", TEXT), ("order_id", TEXT), ("delivered_date", DATE),
        ("weight_kg", QUANTITY), ("parcel_count", INTEGER), ("is_express", FLAG),
        ("freight_amount", MONEY), ("currency_code", TEXT)]),
    "return": pa.schema([
        ("return_id", TEXT), ("erp_customer_id", TEXT), ("order_id", TEXT), ("returned_date", DATE),
        ("line_count", INTEGER), ("return_reason", TEXT)]),
    "receivable": pa.schema([
        ("document_id", TEXT), ("erp_customer_id", TEXT), ("amount", MONEY), ("due_date", DATE),
        ("paid_date", DATE), ("currency_code", TEXT)]),
    "service_job": pa.schema([
        ("job_id", TEXT), ("erp_customer_id", TEXT), ("performed_date", DATE), ("service_type", TEXT),
        ("list_fee_amount", MONEY), ("billed_amount", MONEY), ("currency_code", TEXT)]),
    "cost_entry": pa.schema([
        ("entry_id", TEXT), ("posting_date", DATE), ("cost_center", TEXT), ("gl_account", TEXT), ("amount", MONEY),
        ("currency_code", TEXT)]),
    "exchange_rate": pa.schema([
        ("currency_code", TEXT), ("rate_date", DATE), ("rate_to_reporting", pa.decimal128(18, 8))]),
    "firmographic": pa.schema([
        ("account_id", TEXT), ("source", TEXT), ("as_of_date", DATE), ("industry_code", TEXT),
        ("employee_count", INTEGER), ("annual_revenue_amount", MONEY), ("website_text", TEXT)]),
    "market_norm": pa.schema([
        ("industry_code", TEXT), ("product_group", TEXT), ("spend_per_employee_amount", QUANTITY),
        ("valid_from", DATE)]),
}  # fmt: skip

#: Entities written as CSV the German way: semicolon, decimal comma, dd.mm.yyyy, Windows-1252.
GERMAN_CSV: Final = ("market_norm", "rep", "wallet_declaration")
