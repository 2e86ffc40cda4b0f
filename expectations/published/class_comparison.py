"""Class comparison: one row a customer and quarter, uplift only where the move is upwards."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "class_comparison"
KEY = ("quarter_start_date", "customer_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("abc_revenue_class", ("A", "B", "C", "N")),
        one_of("potential_class", ("HIGH", "MID", "LOW")),
        between(
            "uplift_amount",
            0,
            None,
            severity="critical",
            remedy="the potential is never below the revenue: a negative uplift is a fault of the models",
        ),
        one_of("confidence", ("HIGH", "MEDIUM", "LOW")),
        no_rows(
            "confidence where there is an uplift",
            "select quarter_start_date, customer_id from {batch}"
            " where (confidence is not null) <> (uplift_amount is not null)",
            severity="critical",
            remedy="a move upwards without confidence, or confidence without one, is a fault of the models",
            expected="confidence for each move upwards and for no other",
            column="confidence",
        ),
        no_rows(
            "class typed into the CRM is known",
            "select assigned_class, count(*) as row_count from {batch}"
            " where quarter_start_date = (select max(quarter_start_date) from {batch})"
            " and flags like '%UNKNOWN_ASSIGNED_CLASS%'"
            " group by assigned_class order by assigned_class",
            severity="info",
            remedy="type A, B, C or N into the CRM, or translate the company's own names in the connector",
            expected="A, B, C or N",
            column="assigned_class",
        ),
    )
