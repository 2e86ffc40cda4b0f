"""Plans of accounts: one row an account, completeness between 0 and 1, complete plans without a gap."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "account_plan_status"
KEY = ("quarter_start_date", "customer_id")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("status", ("COMPLETE", "INCOMPLETE", "MISSING")),
        one_of("plan_required", ("ACCOUNT_PLAN", "ACTION_PLAN", "NONE")),
        one_of("plan_type", ("ACCOUNT_PLAN", "ACTION_PLAN")),
        between("completeness_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("role_coverage_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("overdue_count", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "status and completeness agree",
            "select quarter_start_date, customer_id from {batch}"
            " where (status = 'COMPLETE') <> is_complete or (is_complete and completeness_ratio < 1)",
            severity="critical",
            remedy=FAULT,
            expected="complete plans with all that they need",
            column="status",
        ),
    )
