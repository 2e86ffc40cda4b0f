"""Class audit: each cell once, ratios within their bounds, cells that add up to the customers compared."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "class_audit"
KEY = ("quarter_start_date", "scheme_pair", "typed_class", "computed_class")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    remedy = "a ratio outside its bounds is a fault of the models"
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("agreement_ratio", 0, 1, severity="critical", remedy=remedy),
        between("kappa", -1, 1, severity="critical", remedy=remedy),
        no_rows(
            "cells add up to the customers compared",
            "select quarter_start_date, scheme_pair, compared_count,"
            " sum(case when is_agreement is not null then customer_count else 0 end) as cell_count from {batch}"
            " group by quarter_start_date, scheme_pair, compared_count"
            " having sum(case when is_agreement is not null then customer_count else 0 end) <> compared_count",
            severity="critical",
            remedy="a customer counted twice or not at all is a fault of the models",
            expected="the sum of the cells with both classes",
            column="compared_count",
        ),
    )
