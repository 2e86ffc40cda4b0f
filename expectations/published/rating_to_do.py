"""Ratings to do: each unrated customer once, places without gaps, the most valuable first."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, present, suite_of, unique

ENTITY = "rating_to_do"
KEY = ("quarter_start_date", "customer_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        unique("quarter_start_date", "rep_id", "rank"),
        present("unrated_reason"),
        one_of("unrated_reason", ("NEVER_RATED", "OUTDATED", "INCOMPLETE")),
        between("coverage_ratio", 0, 1, severity="critical", remedy="outside its range it is a fault of the models"),
        no_rows(
            "the most valuable come first",
            "select earlier.quarter_start_date, earlier.rep_id, earlier.rank from (select * from {batch}) as earlier"
            " inner join (select * from {batch}) as later on earlier.quarter_start_date = later.quarter_start_date"
            " and earlier.rep_id = later.rep_id and later.rank = earlier.rank + 1"
            " where later.value_amount > earlier.value_amount",
            severity="critical",
            remedy="a list out of order is a fault of the models",
            expected="places in the order of revenue and potential",
            column="rank",
        ),
    )
