"""Service level of inquiries: one row a group and quarter, counts that add up, each dimension with all inquiries."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "inquiry_service_level"
KEY = ("quarter_start_date", "dimension", "dimension_value")
FAULT = "outside its range it is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("dimension", ("ALL", "PRIORITY", "POTENTIAL_CLASS", "FOCUS_LAYER", "INQUIRY_TYPE")),
        between("inquiry_count", 1, None, severity="critical", remedy=FAULT),
        between("service_level_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("median_response_hours", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "inquiries are in time, late, not due yet, or not known",
            "select quarter_start_date, dimension, dimension_value from {batch}"
            " where inside_count + late_count + not_due_count + unknown_count <> inquiry_count"
            " or answered_count + waiting_count + unknown_count <> inquiry_count",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="counts that add up",
            column="inquiry_count",
        ),
        no_rows(
            "each dimension holds every inquiry",
            "select quarter_start_date, dimension, sum(inquiry_count) as inquiry_count"
            " from (select * from {batch}) as batch group by quarter_start_date, dimension"
            " having sum(inquiry_count) <> (select sum(inquiry_count)"
            " from (select * from {batch}) as whole where whole.quarter_start_date = batch.quarter_start_date"
            " and whole.dimension = 'ALL')",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="as many as in ALL",
            column="inquiry_count",
        ),
    )
