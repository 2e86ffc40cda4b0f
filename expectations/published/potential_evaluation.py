"""Evaluation of the potential: one row a model, quantile and slice, shares within their limits, one method in use."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "potential_evaluation"
FAULT = "the number is a fault of the models"
KEY = ("quarter_start_date", "model", "quantile", "slice_type", "slice")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("model", ("peer_quantile", "quantile_boosting")),
        one_of("slice_type", ("all", "decile", "industry")),
        between("coverage_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("pinball_loss", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "no quarter is estimated by two methods",
            "select quarter_start_date, count(distinct model) as method_count from {batch} where is_in_use"
            " group by quarter_start_date having count(distinct model) > 1",
            severity="critical",
            remedy="the choice is a fault of the models",
            expected="one method in use in a quarter",
            column="is_in_use",
        ),
    )
