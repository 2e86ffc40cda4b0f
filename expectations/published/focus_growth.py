"""Growth of focus customers: one row a rep and layer, growth possible, a ratio only where the rest grew."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "focus_growth"
KEY = ("quarter_start_date", "rep_id", "layer")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("layer", ("TOP5", "ACTIVE15", "FOCUS", "REST", "LARGEST", "OTHERS")),
        one_of("layer_source", ("run", "ledger", "revenue")),
        between("cagr_ratio", -1, None, severity="critical", remedy=FAULT),
        between("matched_cagr_ratio", -1, None, severity="critical", remedy=FAULT),
        between("matched_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("span_months", 12, None, severity="critical", remedy=FAULT),
        no_rows(
            "layers add up to all customers of the cohort",
            "select quarter_start_date, rep_id from {batch} group by quarter_start_date, rep_id"
            " having sum(case when layer in ('FOCUS', 'REST') then start_revenue_amount end)"
            " <> sum(case when layer in ('LARGEST', 'OTHERS') then start_revenue_amount end)",
            severity="critical",
            remedy=FAULT,
            expected="the same customers, cut in two ways",
            column="start_revenue_amount",
        ),
    )
