"""Call list of inside sales: numbered from 1 each day, on working days after the last day counted."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, one_of, suite_of, unique

ENTITY = "inside_sales_call_list"
KEY = ("quarter_start_date", "rep_id", "contact_date", "call_number")
FAULT = "a row that contradicts itself is a fault of the models"


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("contact_channel", ("phone", "email", "video", "social")),
        no_rows(
            "calls from 1 without gaps",
            "select quarter_start_date, rep_id, contact_date, count(*) as call_count from {batch}"
            " group by quarter_start_date, rep_id, contact_date having max(call_number) <> count(*)",
            severity="critical",
            remedy=FAULT,
            expected="1 to the number of calls",
            column="call_number",
        ),
        no_rows(
            "on working days to come, each customer once a day",
            "select quarter_start_date, customer_id, contact_date from {batch}"
            " group by quarter_start_date, customer_id, contact_date"
            " having count(*) > 1 or max(as_of_date) >= contact_date or extract(isodow from contact_date) > 5",
            severity="critical",
            remedy=FAULT,
            expected="Monday to Friday after the last day counted",
            column="contact_date",
        ),
    )
