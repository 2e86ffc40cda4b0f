"""Portfolio zones: one row a customer and quarter, scores of 0 to 100, and a zone that they give."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, present, suite_of, unique

ENTITY = "portfolio_zones"
KEY = ("quarter_start_date", "customer_id")
ZONES = ("PROTECT", "DEVELOP", "HOLD", "WITHDRAW", "UNRATED")
FAULT = "outside its range it is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        present("zone"),
        one_of("zone", ZONES),
        one_of("zone_previous", ZONES),
        between("potential_score", 0, 100, severity="critical", remedy=FAULT),
        between("attractiveness_score", 0, 100, severity="critical", remedy=FAULT),
        between("coverage_ratio", 0, 1, severity="critical", remedy=FAULT),
        between("rater_spread_score", 0, 100, severity="critical", remedy=FAULT),
        no_rows(
            "who has both scores has a zone",
            "select quarter_start_date, customer_id, zone from {batch}"
            " where (zone = 'UNRATED') <> (potential_score is null or attractiveness_score is null)"
            " or (zone = 'UNRATED') <> (unrated_reason is not null)",
            severity="critical",
            remedy="a zone without scores, or scores without a zone, are a fault of the models",
            expected="UNRATED with a reason where a score is missing, and nowhere else",
            column="zone",
        ),
        no_rows(
            "zones are in the order of their scores",
            "select higher.quarter_start_date, higher.zone, lower.zone as zone_below"
            " from (select quarter_start_date, zone, min(potential_score) as lowest from {batch}"
            " where zone in ('PROTECT', 'DEVELOP') group by quarter_start_date, zone) as higher"
            " inner join (select quarter_start_date, zone, max(potential_score) as highest from {batch}"
            " where zone in ('HOLD', 'WITHDRAW') group by quarter_start_date, zone) as lower"
            " on higher.quarter_start_date = lower.quarter_start_date where higher.lowest <= lower.highest",
            severity="critical",
            remedy="customers of higher potential in a zone of low potential are a fault of the models",
            expected="each customer of PROTECT and DEVELOP has more potential than each of HOLD and WITHDRAW",
            column="potential_score",
        ),
    )
