"""Small customer summary: one row a measure and quarter, no more customers than there are."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, one_of, suite_of, unique

ENTITY = "small_customer_summary"
KEY = ("quarter_start_date", "measure")
MEASURES = (
    "LIST_PRICE",
    "ANCILLARY_SERVICE",
    "MINIMUM_QUANTITY",
    "SURCHARGE",
    "BUNDLING",
    "CHANNEL_SHIFT",
    "ACTIVE_CONTACT",
)


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("measure", MEASURES),
        no_rows(
            "customers counted are customers known",
            "select quarter_start_date, measure from {batch}"
            " where customer_count > known_customer_count or known_customer_count > small_customer_count",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="no more customers than are known of",
            column="customer_count",
        ),
    )
