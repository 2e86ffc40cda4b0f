"""Ancillary services: fees not negative, every currency convertible."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, between, convertible, not_after_load, suite_of, unique

ENTITY = "service_job"
KEY = ("data_source", "job_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        not_after_load("performed_date", *KEY),
        convertible("performed_date"),
        between("list_fee_amount", 0, None, severity="warning", remedy="correct the fee of the service in the source"),
    )
