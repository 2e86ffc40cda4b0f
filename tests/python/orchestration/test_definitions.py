"""What Dagster is given: assets and checks of the whole project, jobs, and schedules that somebody has to switch on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from dagster import (
    AssetCheckKey,
    AssetKey,
    DagsterInstance,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    Definitions,
    RunRequest,
    SkipReason,
    build_schedule_context,
    build_sensor_context,
)

from orchestration.definitions import build
from orchestration.gate.assets import CHECK_NAME, gated_assets
from orchestration.home import Home
from orchestration.progress import Progress
from orchestration.schedule.partitions import label_of, quarters
from orchestration.schedule.schedules import first_working_day
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


def test_the_daily_job_is_everything_but_the_campaign_list(definitions: Definitions) -> None:
    assert {job.name for job in definitions.resolve_all_job_defs() if not job.name.startswith("__")} == {
        "refresh",
        "campaign",
    }
    in_refresh = definitions.resolve_job_def("refresh").asset_layer.executable_asset_keys
    in_campaign = definitions.resolve_job_def("campaign").asset_layer.executable_asset_keys
    assert set(in_campaign) == {AssetKey("campaign_list")}
    executable = {
        key for key in keys_of_assets(definitions) if definitions.resolve_asset_graph().get(key).is_executable
    }
    assert set(in_refresh) == executable - {AssetKey("campaign_list")}
    assert AssetKey("publication") in in_refresh


def test_schedules_and_sensor_are_off_until_somebody_switches_them_on(definitions: Definitions) -> None:
    schedules = {
        one.name: (one.job_name, one.cron_schedule, one.default_status)
        for one in definitions.get_repository_def().schedule_defs
    }
    stopped = DefaultScheduleStatus.STOPPED
    assert schedules == {
        "refresh_daily": ("refresh", "0 5 * * *", stopped),
        "campaign_quarterly": ("campaign", "0 6 1-7 1,4,7,10 *", stopped),
    }
    [sensor] = definitions.get_repository_def().sensor_defs
    assert (sensor.name, sensor.job_name, sensor.default_status) == (
        "landing_folder",
        "refresh",
        DefaultSensorStatus.STOPPED,
    )


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


def test_the_partitions_are_quarters_up_to_the_running_one() -> None:
    keys = quarters.get_partition_keys(current_time=datetime(2026, 11, 21, tzinfo=UTC))
    assert keys[:2] == ["2020-01-01", "2020-04-01"]
    assert keys[-2:] == ["2026-07-01", "2026-10-01"]
    assert label_of(keys[-1]) == "2026Q4"


@pytest.mark.parametrize(
    ("quarter", "day"),
    [
        (date(2026, 1, 1), date(2026, 1, 2)),  # New Year
        (date(2026, 7, 1), date(2026, 7, 1)),
        (date(2023, 7, 1), date(2023, 7, 3)),  # a Saturday
        (date(2024, 4, 1), date(2024, 4, 2)),  # Easter Monday
        (date(2021, 4, 1), date(2021, 4, 1)),  # Maundy Thursday
        (date(2022, 1, 1), date(2022, 1, 3)),  # New Year, a Saturday
    ],
)
def test_the_first_working_day_of_a_quarter(quarter: date, day: date) -> None:
    assert first_working_day(quarter) == day


def test_the_campaign_schedule_asks_for_the_quarter_on_its_first_working_day_only(definitions: Definitions) -> None:
    repository = definitions.get_repository_def()
    [campaign] = [one for one in repository.schedule_defs if one.name == "campaign_quarterly"]
    requests = {}
    for day in range(1, 8):
        moment = datetime(2026, 1, day, 6, tzinfo=UTC)
        context = build_schedule_context(repository_def=repository, scheduled_execution_time=moment)
        tick = campaign.evaluate_tick(context)
        requests[day] = [(one.run_key, one.partition_key) for one in tick.run_requests or []]
    assert requests.pop(2) == [("2026Q1", "2026-01-01")]
    assert all(not asked for asked in requests.values())


class Ticks:
    """The sensor of the definitions at one tick after the other."""

    def __init__(self, definitions: Definitions, session: Session) -> None:
        [self.sensor] = definitions.get_repository_def().sensor_defs
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
