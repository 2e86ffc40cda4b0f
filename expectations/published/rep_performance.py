"""Rep performance: one row a rep and quarter, completeness between 0 and 1, customers in reach of somebody."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "rep_performance"
KEY = ("quarter_start_date", "rep_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between(
            "data_quality_score", 0, 1, severity="critical", remedy="a share outside 0 to 1 is a fault of the models"
        ),
        no_rows(
            "owners are known reps",
            "select rep_id, customer_count from {batch}"
            " where quarter_start_date = (select max(quarter_start_date) from {batch})"
            " and flags like '%UNKNOWN_REP%' order by rep_id",
            severity="warning",
            remedy="deliver these reps in rep, or give their accounts another owner in the CRM",
            expected="each owner in the list of reps",
            column="rep_id",
        ),
    )
