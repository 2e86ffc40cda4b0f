"""Share of wallet and cost: each band once, a correlation within its bounds, bands that add up to the sample."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "share_of_wallet_cost_check"
KEY = ("quarter_start_date", "share_of_wallet_band")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    remedy = "a value outside its bounds is a fault of the models"
    return suite_of(
        ENTITY,
        unique(*KEY),
        between("spearman_rho", -1, 1, severity="critical", remedy=remedy),
        between("spearman_rho_at_equal_revenue", -1, 1, severity="critical", remedy=remedy),
        between("p_value", 0, 1, severity="critical", remedy=remedy),
        one_of("verdict", ("SUPPORTED", "NOT_SUPPORTED", "CONTRADICTED", "TOO_FEW")),
        no_rows(
            "bands add up to the customers tested",
            "select quarter_start_date, sample_count, sum(customer_count) as customer_count from {batch}"
            " group by quarter_start_date, sample_count having sum(customer_count) <> sample_count",
            severity="critical",
            remedy="let the lowest band of policy_share_of_wallet_band begin at 0",
            expected="each customer tested in one band",
            column="customer_count",
        ),
    )
