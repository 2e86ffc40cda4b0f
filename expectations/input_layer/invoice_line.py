"""Invoice lines: no posting in the future, every currency convertible, discounts that can be."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, convertible, no_rows, not_after_load, suite_of, unique

ENTITY = "invoice_line"
KEY = ("data_source", "invoice_id", "line_number")


def suite(limits: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        not_after_load("posting_date", *KEY),
        convertible("posting_date"),
        no_rows(
            "debtor of the line known",
            "select line.data_source, line.invoice_id, line.line_number, line.erp_customer_id"
            " from (select * from {batch}) as line"
            " where not exists (select 1 from input_layer.input_layer__customer as customer"
            " where customer.erp_customer_id = line.erp_customer_id)",
            severity="warning",
            remedy="deliver the debtor in customer",
            column="erp_customer_id",
        ),
        no_rows(
            "discount in range",
            "select data_source, invoice_id, line_number, list_amount, net_amount from {batch}"
            " where document_type = 'invoice' and list_amount > 0 and 1 - net_amount / list_amount not between"
            f" {limits['discount_minimum_ratio']} and {limits['discount_maximum_ratio']}",
            severity="warning",
            remedy="check list_amount and net_amount of these lines: above list, or less than nothing",
            expected=(
                f"discount between {limits['discount_minimum_ratio']:.0%} and"
                f" {limits['discount_maximum_ratio']:.0%} of list"
            ),
            column="net_amount",
        ),
    )
