"""Class audit by rep: one row a rep, pair and quarter, counts that add up and deviations of three classes at most."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "class_audit_by_rep"
KEY = ("quarter_start_date", "rep_id", "scheme_pair")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of(
            "scheme_pair",
            (
                "assigned_abc_revenue",
                "assigned_abc_contribution",
                "assigned_potential",
                "assigned_tier_effective",
            ),
        ),
        between("agreement_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("mean_deviation", -3, 3, severity="critical", remedy=FAULT),
        no_rows(
            "compared customers are customers",
            "select quarter_start_date, rep_id, scheme_pair from {batch} where compared_count > customer_count"
            " or typed_too_high_count + typed_too_low_count + unknown_class_count > compared_count"
            " or (mean_deviation is null) <> (compared_count = unknown_class_count)",
            severity="critical",
            remedy=FAULT,
            expected="no more compared than there are, and a mean where somebody is compared",
            column="compared_count",
        ),
    )
