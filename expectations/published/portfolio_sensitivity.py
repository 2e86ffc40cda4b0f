"""Sensitivity of the portfolio: counts within their whole, and the row of all at least as large as any other."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, suite_of, unique

ENTITY = "portfolio_sensitivity"
KEY = ("quarter_start_date", "criterion_id", "change")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("change", ("UP", "DOWN", "ANY")),
        between("flip_ratio", 0, 1, severity="critical", remedy="outside its range it is a fault of the models"),
        no_rows(
            "counts are parts of their whole",
            "select quarter_start_date, criterion_id, change from {batch}"
            " where flip_count > rated_count or unrated_count > flip_count",
            severity="critical",
            remedy="a part above its whole is a fault of the models",
            expected="unrated_count at most flip_count, that at most rated_count",
            column="flip_count",
        ),
        no_rows(
            "nobody flips by one change and not by any",
            "select one.quarter_start_date, one.criterion_id, one.change from (select * from {batch}) as one"
            " inner join (select * from {batch}) as together on one.quarter_start_date = together.quarter_start_date"
            " and together.change = 'ANY' where one.flip_count > together.flip_count"
            " or one.rated_count <> together.rated_count",
            severity="critical",
            remedy="the row of all counts less than one of its parts: a fault of the models",
            expected="the row of all is the largest",
            column="flip_count",
        ),
    )
