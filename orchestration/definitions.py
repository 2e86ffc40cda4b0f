"""What Dagster sees: assets from raw tables to the served file, gates between them, jobs, schedules, sensors."""

from __future__ import annotations

import warnings
from datetime import timedelta

from dagster import (
    AssetSelection,
    AssetSpec,
    BetaWarning,
    Definitions,
    FreshnessPolicy,
    define_asset_job,
    definitions,
    in_process_executor,
)

from orchestration.assets import campaign_asset, publication_asset, quarter_asset, raw_assets, served_tables
from orchestration.company import Company, company_of
from orchestration.gate.assets import gate_checks
from orchestration.home import Home
from orchestration.progress import Progress
from orchestration.schedule.partitions import quarters_of
from orchestration.schedule.schedules import CAMPAIGN_JOB, DAILY_JOB, campaign_schedule, daily_schedule
from orchestration.schedule.sensors import alert_sensor, landing_sensor
from orchestration.session import Session
from orchestration.transform.assets import transform_assets
from orchestration.transform.stages import INPUT, PUBLISHED


def build(session: Session) -> Definitions:
    """Return the definitions for a home."""
    # Policies for backfills are as good as settled, and who runs a command is not the one to be told otherwise.
    warnings.filterwarnings("ignore", category=BetaWarning)
    company = company_of(session.home)
    quarters = quarters_of(session.home, company.time_zone)
    campaign_list = campaign_asset(session, quarters)
    quarter_snapshot = quarter_asset(session, quarters)
    whole_flow = AssetSelection.all() - AssetSelection.assets(quarter_snapshot)
    refresh = define_asset_job(
        DAILY_JOB,
        selection=whole_flow - AssetSelection.assets(campaign_list),
        description="From delivered files to published tables",
    )
    campaign = define_asset_job(
        CAMPAIGN_JOB,
        selection=whole_flow,
        partitions_def=quarters,
        description=(
            "From delivered files to published tables, and then the list of a quarter's campaign, frozen and exported;"
            " a check that blocks the publication blocks the list"
        ),
    )
    return Definitions(
        assets=[
            raw_assets(session),
            transform_assets(session, INPUT).map_asset_specs(_in_its_room),
            transform_assets(session, PUBLISHED).map_asset_specs(_in_its_room),
            publication_asset(session),
            *served_tables(session, _freshness(company)),
            campaign_list,
            quarter_snapshot,
            # Written by the gates, which are checks of other tables.
            AssetSpec(["quality", "gate_result"], group_name="quality", description="Results of the gates"),
        ],
        asset_checks=[gate_checks(session, "input_layer"), gate_checks(session, "published")],
        jobs=[refresh, campaign],
        schedules=[daily_schedule(refresh, company), campaign_schedule(campaign, company)],
        sensors=[landing_sensor(refresh, session.home.landing), alert_sensor(session.home)],
        executor=in_process_executor,
    )


def _in_its_room(spec: AssetSpec) -> AssetSpec:
    """A model is grouped by its schema."""
    return spec.replace_attributes(group_name=spec.key.path[0])


def _freshness(company: Company) -> FreshnessPolicy:
    """By its deadline each day, a table was published within the day before."""
    return FreshnessPolicy.cron(
        deadline_cron=f"0 {company.freshness_deadline_hour} * * *",
        lower_bound_delta=timedelta(hours=24),
        timezone=company.time_zone,
    )


@definitions
def defs() -> Definitions:
    """Return the definitions for the home that the environment names."""
    return build(Session(Home.resolve().prepare(), Progress()))
