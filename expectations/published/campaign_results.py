"""Results of campaigns: one row a campaign and KPI, figures within their limits, one main KPI, a verdict where due."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, present, suite_of, unique

ENTITY = "campaign_results"
KEY = ("campaign_id", "kpi")
FAULT = "the number is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("verdict", ("LIFT", "HARM", "NO_EVIDENCE", "UNDERPOWERED")),
        present("treated_count"),
        present("control_count"),
        between("treated_count", 0, None, severity="critical", remedy=FAULT),
        between("control_count", 0, None, severity="critical", remedy=FAULT),
        between("p_value", 0, 1, severity="critical", remedy=FAULT),
        between("difference_p_value", 0, 1, severity="critical", remedy=FAULT),
        between("covariate_correlation", -1, 1, severity="critical", remedy=FAULT),
        between("minimum_detectable_amount", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "the effect lies within its interval",
            "select campaign_id, kpi, uplift_amount, ci_low_amount, ci_high_amount from {batch}"
            " where ci_low_amount > uplift_amount or uplift_amount > ci_high_amount",
            severity="critical",
            remedy=FAULT,
            expected="no effect outside of its interval",
            column="uplift_amount",
        ),
        no_rows(
            "a verdict where there is an interval",
            "select campaign_id, kpi, verdict from {batch} where (verdict is null) <> (ci_low_amount is null)",
            severity="critical",
            remedy=FAULT,
            expected="a verdict with each interval and none without",
            column="verdict",
        ),
        no_rows(
            "one main KPI of a campaign",
            "select campaign_id, count(*) filter (where is_main_kpi) as main_count from {batch} group by campaign_id"
            " having count(*) filter (where is_main_kpi) <> 1",
            severity="critical",
            remedy=FAULT,
            expected="one main KPI",
            column="is_main_kpi",
        ),
        no_rows(
            "no more customers measured than listed",
            "select campaign_id, kpi, treated_count, listed_treated_count from {batch}"
            " where treated_count > listed_treated_count or control_count > listed_control_count",
            severity="critical",
            remedy=FAULT,
            expected="at most the customers of the list",
            column="treated_count",
        ),
    )
