"""What Dagster sees: assets from raw tables to the served file, gates between them, jobs, schedules, the sensor."""

from __future__ import annotations

from dagster import AssetSelection, Definitions, define_asset_job, definitions, in_process_executor

from orchestration.assets import campaign_asset, publication_asset, raw_assets
from orchestration.gate.assets import gate_checks
from orchestration.home import Home
from orchestration.progress import Progress
from orchestration.schedule.partitions import quarters
from orchestration.schedule.schedules import CAMPAIGN_JOB, DAILY_JOB, campaign_schedule, daily_schedule
from orchestration.schedule.sensors import landing_sensor
from orchestration.session import Session
from orchestration.transform.assets import transform_assets
from orchestration.transform.stages import INPUT, PUBLISHED


def build(session: Session) -> Definitions:
    """Return the definitions for a home."""
    campaign_list = campaign_asset(session)
    everything_but_campaigns = AssetSelection.all() - AssetSelection.assets(campaign_list)
    refresh = define_asset_job(
        DAILY_JOB, selection=everything_but_campaigns, description="From delivered files to published tables"
    )
    campaign = define_asset_job(
        CAMPAIGN_JOB,
        selection=AssetSelection.assets(campaign_list),
        partitions_def=quarters,
        description="Freezes and exports the list of a quarter",
    )
    return Definitions(
        assets=[
            raw_assets(session),
            transform_assets(session, INPUT),
            transform_assets(session, PUBLISHED),
            publication_asset(session),
            campaign_list,
        ],
        asset_checks=[gate_checks(session, "input_layer"), gate_checks(session, "published")],
        jobs=[refresh, campaign],
        schedules=[daily_schedule(refresh), campaign_schedule(campaign)],
        sensors=[landing_sensor(refresh, session.home.landing)],
        executor=in_process_executor,
    )


@definitions
def defs() -> Definitions:
    """Return the definitions for the home that the environment names."""
    return build(Session(Home.resolve().prepare(), Progress()))
