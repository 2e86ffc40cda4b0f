"""Zone movements: a matrix a quarter whose rows add up."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "zone_movements"
KEY = ("quarter_start_date", "from_zone", "to_zone")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("customer_count", 1, None, severity="critical", remedy="a movement of nobody is a fault of the models"),
        no_rows(
            "shares of a zone add up",
            "select quarter_start_date, from_zone, sum(from_zone_ratio) as total_ratio from {batch}"
            " group by quarter_start_date, from_zone having abs(sum(from_zone_ratio) - 1) > 0.00001",
            severity="critical",
            remedy="a customer that is nowhere, or twice, is a fault of the models",
            expected="1 for each zone before, but for rounding",
            column="from_zone_ratio",
        ),
    )
