"""CRM completeness by rep: one row a rep and quarter, no more missing than there are accounts."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, suite_of, unique

ENTITY = "crm_completeness_by_rep"
KEY = ("quarter_start_date", "rep_id")
FAULT = "a share outside 0 to 1 is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("completeness_ratio", 0, 1, severity="critical", remedy=FAULT),
        no_rows(
            "no more is missing than there is",
            "select quarter_start_date, rep_id from {batch}"
            " where greatest(missing_channel_count, missing_industry_count, missing_employees_count,"
            " missing_owner_count + outdated_owner_count, coalesce(missing_wallet_count, 0) + outdated_wallet_count,"
            " coalesce(missing_criteria_count, 0) + outdated_criteria_count, prospect_count) > account_count"
            " or complete_count > account_count",
            severity="critical",
            remedy="the difference is a fault of the models",
            expected="counts of fields within the accounts of the rep",
            column="account_count",
        ),
    )
