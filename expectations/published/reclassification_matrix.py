"""Reclassification matrix: one row a pair of classes and quarter, confidence and uplift only for moves upwards."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "reclassification_matrix"
KEY = ("quarter_start_date", "abc_revenue_class", "class_by_potential")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("abc_revenue_class", ("A", "B", "C", "N")),
        one_of("class_by_potential", ("A", "B", "C", "UNCLASSIFIED")),
        between("customer_count", 1, None, severity="critical", remedy=FAULT),
        between("customer_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("uplift_amount", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "confidence of every move upwards",
            "select quarter_start_date, abc_revenue_class, class_by_potential from {batch}"
            " where (coalesce(direction, '') = 'UP') <> (uplift_amount is not null)"
            " or high_confidence_count + medium_confidence_count + low_confidence_count <> customer_count"
            " or (high_confidence_count is null) <> (uplift_amount is null)"
            " or high_confidence_uplift_amount > uplift_amount",
            severity="critical",
            remedy=FAULT,
            expected="three counts that add up to the customers where the direction is UP, none elsewhere",
            column="high_confidence_count",
        ),
    )
