"""What Dagster is given: assets and checks of the whole project, jobs, and schedules that somebody has to switch on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from dagster import (
    AssetCheckKey,
    AssetKey,
    BackfillPolicy,
    DagsterInstance,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    Definitions,
    RunRequest,
    SensorDefinition,
    SkipReason,
    TimeWindowPartitionsDefinition,
    build_sensor_context,
)
from dagster._core.definitions.freshness import CronFreshnessPolicy

from orchestration.definitions import build
from orchestration.gate.assets import CHECK_NAME, gated_assets
from orchestration.home import Home
from orchestration.progress import Progress
from orchestration.session import Session
from orchestration.transform.stages import stage_of

from ..harness import Outcome

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def session(published: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUNDENWERT_LANDING", str(tmp_path_factory.mktemp("landing")))
        yield Session(Home(published.home), Progress(is_quiet=True))


@pytest.fixture(scope="module")
def definitions(session: Session) -> Definitions:
    return build(session)


def keys_of_assets(definitions: Definitions) -> set[AssetKey]:
    return set(definitions.resolve_asset_graph().get_all_asset_keys())


def test_the_daily_job_is_everything_but_lists_and_backfills_and_the_campaign_job_adds_the_list(
    definitions: Definitions, session: Session
) -> None:
    assert {job.name for job in definitions.resolve_all_job_defs() if not job.name.startswith("__")} == {
        "refresh",
        "campaign",
    }
    in_refresh = set(definitions.resolve_job_def("refresh").asset_layer.executable_asset_keys)
    in_campaign = set(definitions.resolve_job_def("campaign").asset_layer.executable_asset_keys)
    executable = {
        key for key in keys_of_assets(definitions) if definitions.resolve_asset_graph().get(key).is_executable
    }
    assert in_refresh == executable - {AssetKey("campaign_list"), AssetKey("quarter_snapshot")}
    assert AssetKey("publication") in in_refresh
    assert in_campaign == in_refresh | {AssetKey("campaign_list")}
    in_campaign_job = definitions.resolve_job_def("campaign").asset_layer.asset_graph.asset_check_keys
    assert {key for key in in_campaign_job if key.name == CHECK_NAME} == {
        AssetCheckKey(asset, CHECK_NAME)
        for layer in ("input_layer", "published")
        for asset in gated_assets(session.project.document, layer).values()
    }


def test_a_backfill_of_quarters_is_one_run(definitions: Definitions) -> None:
    snapshot = definitions.resolve_asset_graph().get(AssetKey("quarter_snapshot"))
    assert snapshot.backfill_policy == BackfillPolicy.single_run()
    assert snapshot.partitions_def == definitions.resolve_job_def("campaign").partitions_def
    assert isinstance(snapshot.partitions_def, TimeWindowPartitionsDefinition)
    assert snapshot.partitions_def.timezone == "Europe/Berlin"
    # The quarter of the first posting of the small company.
    assert snapshot.partitions_def.get_first_partition_key() == "2024-07-01"


def test_every_published_table_has_a_deadline_and_no_other_asset_has_one(
    definitions: Definitions, session: Session
) -> None:
    graph = definitions.resolve_asset_graph()
    with_deadline = {key for key in graph.get_all_asset_keys() if graph.get(key).freshness_policy is not None}
    published = {
        AssetKey(["served", node["name"]])
        for node in session.project.document["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "published"
    }
    assert len(published) > 30
    assert with_deadline == published
    for key in with_deadline:
        policy = graph.get(key).freshness_policy
        assert isinstance(policy, CronFreshnessPolicy)
        assert (policy.deadline_cron, policy.timezone) == ("0 8 * * *", "Europe/Berlin")
        assert policy.lower_bound_delta == timedelta(hours=24)


def test_schedules_and_the_landing_sensor_are_off_until_somebody_switches_them_on(definitions: Definitions) -> None:
    schedules = {
        one.name: (one.job_name, one.cron_schedule, one.execution_timezone, one.default_status)
        for one in definitions.get_repository_def().schedule_defs
    }
    stopped = DefaultScheduleStatus.STOPPED
    assert schedules == {
        "refresh_daily": ("refresh", "0 5 * * *", "Europe/Berlin", stopped),
        "campaign_quarterly": ("campaign", "0 6 1-15 1,4,7,10 *", "Europe/Berlin", stopped),
    }
    sensors = {one.name: one.default_status for one in definitions.get_repository_def().sensor_defs}
    assert sensors == {"landing_folder": DefaultSensorStatus.STOPPED, "alerts": DefaultSensorStatus.RUNNING}
    assert sensor_of(definitions).job_name == "refresh"


def sensor_of(definitions: Definitions) -> SensorDefinition:
    [sensor] = [one for one in definitions.get_repository_def().sensor_defs if one.name == "landing_folder"]
    return sensor


def test_every_model_and_seed_is_an_asset(definitions: Definitions, session: Session) -> None:
    expected = {
        node["name"]
        for unique_id, node in session.project.document["nodes"].items()
        if node["resource_type"] in ("model", "seed")
        and node["config"]["materialized"] != "ephemeral"
        and stage_of(session.project.document, unique_id) is not None
    }
    names = {key.path[-1] for key in keys_of_assets(definitions)}
    assert len(expected) > 100
    assert expected <= names, sorted(expected - names)


def test_every_test_of_a_model_is_a_check(definitions: Definitions, session: Session) -> None:
    expected = {
        node["name"]
        for unique_id, node in session.project.document["nodes"].items()
        if node["resource_type"] == "test" and stage_of(session.project.document, unique_id) is not None
    }
    names = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    assert len(expected) > 300
    assert expected <= names, sorted(expected - names)


@pytest.mark.parametrize("layer", ["input_layer", "published"])
def test_every_suite_is_a_check_that_blocks_what_comes_after(
    definitions: Definitions, session: Session, layer: str
) -> None:
    graph = definitions.resolve_asset_graph()
    gated = gated_assets(session.project.document, layer)
    assert len(gated) >= 10
    for key in gated.values():
        check = graph.get(AssetCheckKey(key, CHECK_NAME))
        assert check.blocking, key


class Ticks:
    """The sensor of the definitions at one tick after the other."""

    def __init__(self, definitions: Definitions, session: Session) -> None:
        self.sensor = sensor_of(definitions)
        self.landing: Path = session.home.landing
        self.cursor: str | None = None

    def next(self) -> RunRequest | SkipReason:
        with DagsterInstance.ephemeral() as instance, build_sensor_context(instance, cursor=self.cursor) as context:
            tick = self.sensor.evaluate_tick(context)
        self.cursor = tick.cursor
        if tick.run_requests:
            [request] = tick.run_requests
            return request
        return SkipReason(tick.skip_message)


def test_the_sensor_starts_one_run_for_a_delivery_and_none_for_an_unfinished_one(
    definitions: Definitions, session: Session
) -> None:
    ticks = Ticks(definitions, session)
    assert "holds no files" in str(ticks.next())
    folder = ticks.landing / "canonical"
    folder.mkdir()
    (folder / "customer.csv").write_text("erp_customer_id\n", encoding="utf-8")
    assert "waiting until they are complete" in str(ticks.next())
    with (folder / "customer.csv").open("a", encoding="utf-8") as growing:
        growing.write("K1\n")
    assert "waiting until they are complete" in str(ticks.next())
    assert isinstance(ticks.next(), RunRequest)
    assert "nothing new" in str(ticks.next())
    assert "nothing new" in str(ticks.next())
    (folder / "invoice_line.csv").write_text("invoice_id\n", encoding="utf-8")
    assert isinstance(ticks.next(), SkipReason)
    assert isinstance(ticks.next(), RunRequest)
    assert isinstance(ticks.next(), SkipReason)
