"""Campaign lists: no customer in both arms, none without an arm, nobody who must not be contacted."""

from great_expectations import ExpectationSuite

from expectations.checks import Limits, no_rows, one_of, present, suite_of, unique

ENTITY = "campaign_targets"
KEY = ("campaign_id", "customer_id")


def suite(_: Limits) -> ExpectationSuite:
    """Return what is expected of the table."""
    return suite_of(
        ENTITY,
        unique(*KEY),
        one_of("arm", ("TREATMENT", "CONTROL")),
        present("arm"),
        no_rows(
            "nobody on the list is excluded",
            "select target.campaign_id, target.customer_id, exclusion.reason from (select * from {batch}) as target"
            " inner join published.campaign_exclusions as exclusion"
            " on exclusion.campaign_id = target.campaign_id and exclusion.customer_id = target.customer_id"
            " where target.list_version = 0",
            severity="critical",
            remedy="a customer who must not be contacted on the list is a fault of the models",
            expected="nobody",
            column="customer_id",
        ),
        no_rows(
            "control group where there is a list",
            "select campaign_id, count(*) as customers from {batch} group by campaign_id"
            " having count(*) filter (where arm = 'CONTROL') = 0",
            severity="warning",
            remedy="raise the control ratio of the campaign: without a control group its effect cannot be measured",
            expected="a control group",
            column="arm",
        ),
    )
