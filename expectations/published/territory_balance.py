"""Territory balance: a row a territory or rep and quarter, proposed load within capacity, all customers counted."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "territory_balance"
KEY = ("quarter_start_date", "scope_type", "scope_id")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("scope_type", ("TERRITORY", "REP")),
        between("workload_minutes", 0, None, severity="critical", remedy=FAULT),
        between("load_ratio", 0, None, severity="critical", remedy=FAULT),
        between("proposed_load_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("low_ratio", 0, 1, severity="critical", remedy=FAULT),
        no_rows(
            "territories and reps add up to the same customers",
            "select quarter_start_date, max(case when scope_type = 'REP' then customer_count end) as rep_customers,"
            " max(case when scope_type = 'TERRITORY' then customer_count end) as territory_customers from"
            " (select quarter_start_date, scope_type, sum(customer_count) as customer_count from {batch} group by all)"
            " group by quarter_start_date having count(distinct customer_count) > 1",
            severity="critical",
            remedy=FAULT,
            expected="the same number of customers both ways",
            column="customer_count",
        ),
    )
