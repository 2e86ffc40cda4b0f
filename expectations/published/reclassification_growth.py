"""Growth of the customers that a model would have moved: one row a model and move, errors that are none below zero."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, one_of, suite_of, unique

ENTITY = "reclassification_growth"
FAULT = "the number is a fault of the models"
KEY = ("quarter_start_date", "model", "reclass_move")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("model", ("peer_quantile", "quantile_boosting")),
        one_of("reclass_move", ("C->A", "C->B")),
        between("standard_error_amount", 0, None, severity="critical", remedy=FAULT),
    )
