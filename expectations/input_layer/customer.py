"""ERP debtors: one row a debtor, mergers that lead somewhere."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, suite_of, unique

ENTITY = "customer"
KEY = ("erp_customer_id",)


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        no_rows(
            "survivor of a merger known",
            "select merged.erp_customer_id, merged.survivor_erp_customer_id from (select * from {batch}) as merged"
            " where merged.survivor_erp_customer_id is not null and not exists ("
            "select 1 from input_layer.input_layer__customer as survivor"
            " where survivor.erp_customer_id = merged.survivor_erp_customer_id)",
            severity="warning",
            remedy="deliver the surviving debtor as well; until then the merged debtor stands for itself",
            column="survivor_erp_customer_id",
        ),
    )
