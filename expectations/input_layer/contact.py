"""Contacts: one row a person, with an access level on the scale."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, suite_of, unique

ENTITY = "contact"
KEY = ("contact_id",)


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        between(
            "access_level",
            0,
            3,
            severity="warning",
            remedy="map the access level to 0 (none) to 3 (trusted partner)",
        ),
    )
