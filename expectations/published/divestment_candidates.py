"""Divestment: one row a customer and quarter, none that is to be kept, and nothing approved by nobody."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, no_rows, one_of, present, suite_of, unique

ENTITY = "divestment_candidates"
KEY = ("quarter_start_date", "customer_id")
FAULT = "a value out of bounds is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        present("step"),
        one_of("step", ("REPRICE", "SHIFT_CHANNEL", "MIN_SERVICE", "EXIT")),
        one_of("status", ("PROPOSED", "APPROVED")),
        between("price_gain_amount", 0, None, severity="critical", remedy=FAULT),
        between("freed_minutes", 0, None, severity="critical", remedy=FAULT),
        no_rows(
            "nobody who is to be kept",
            "select quarter_start_date, customer_id, potential_class, zone, focus_layer from {batch}"
            " where potential_class is distinct from 'LOW' or zone = 'PROTECT' or focus_layer = 'TOP5'"
            " or contribution_amount >= 0",
            severity="critical",
            remedy="a customer that is to be kept would get less service: a fault of the models",
            expected="low potential and a loss, outside PROTECT and TOP5",
            column="potential_class",
        ),
        no_rows(
            "approved by somebody",
            "select quarter_start_date, customer_id from {batch}"
            " where (status = 'APPROVED') <> (approver is not null and approved_date <= as_of_date)",
            severity="critical",
            remedy="an approved step without an approval is a fault of the models",
            expected="approver and day where approved, and nowhere else",
            column="status",
        ),
    )
