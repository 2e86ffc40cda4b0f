"""Receivables: due on or after the invoice date, every currency convertible."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, convertible, no_rows, suite_of, unique

ENTITY = "receivable"
KEY = ("data_source", "document_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        convertible("due_date"),
        no_rows(
            "due on or after the invoice date",
            "select receivable.data_source, receivable.document_id, receivable.due_date, invoice.posting_date"
            " from (select * from {batch}) as receivable"
            " inner join (select data_source, invoice_id, min(posting_date) as posting_date"
            " from input_layer.input_layer__invoice_line group by data_source, invoice_id) as invoice"
            " on invoice.data_source = receivable.data_source and invoice.invoice_id = receivable.document_id"
            " where receivable.due_date < invoice.posting_date",
            severity="warning",
            remedy="check the payment terms of these documents; late payment would be overstated",
            column="due_date",
        ),
    )
