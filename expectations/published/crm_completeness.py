"""CRM completeness: one row an account and quarter, a ratio between 0 and 1, words that say what the ratio lacks."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "crm_completeness"
KEY = ("quarter_start_date", "account_id")
FAULT = "outside its range it is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("completeness_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("wallet_age_days", 0, None, severity="critical", remedy=FAULT),
        between("rating_age_days", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "what lacks something says what",
            "select quarter_start_date, account_id from {batch}"
            " where filled_weight < total_weight and missing is null and outdated is null"
            " or filled_weight > total_weight",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="a missing or outdated field wherever the ratio is below 1",
            column="missing",
        ),
    )
