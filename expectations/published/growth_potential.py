"""Growth potential: one row a group of customers and quarter, growth never below 0 nor above the potential."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "growth_potential"
KEY = ("quarter_start_date", "abc_revenue_class", "potential_class", "lifecycle_status")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("abc_revenue_class", ("A", "B", "C", "N")),
        one_of("potential_class", ("HIGH", "MID", "LOW", "UNCLASSIFIED")),
        one_of("lifecycle_status", ("prospect", "new", "active", "inactive", "blocked")),
        between("customer_count", 1, None, severity="critical", remedy=FAULT),
        between("growth_potential_amount", 0, None, severity="critical", remedy=FAULT),
        between("growth_potential_ratio", 0, 1, severity="critical", remedy=FAULT),
        no_rows(
            "growth is part of a potential that is known",
            "select quarter_start_date, abc_revenue_class, potential_class, lifecycle_status from {batch}"
            " where growth_potential_amount > potential_amount or growing_customer_count > customer_count"
            " or (growth_potential_amount is null) <> (unknown_potential_count = customer_count)",
            severity="critical",
            remedy=FAULT,
            expected="growth up to the potential, and none where no customer of the group has a potential",
            column="growth_potential_amount",
        ),
        no_rows(
            "nobody who never bought has revenue",
            "select quarter_start_date, abc_revenue_class, potential_class, lifecycle_status from {batch}"
            " where lifecycle_status = 'prospect' and net_revenue_amount > 0",
            severity="critical",
            remedy=FAULT,
            expected="no revenue of prospects",
            column="net_revenue_amount",
        ),
    )
