"""Runs begin when the company's calendar and clock say so."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dagster import JobDefinition, ScheduleDefinition, build_schedule_context, job, repository
from dagster._utils.schedules import schedule_execution_time_iterator

from orchestration.company import Company, company_of
from orchestration.home import Home
from orchestration.schedule.partitions import FIRST_QUARTER, label_of, quarters_of
from orchestration.schedule.schedules import campaign_schedule, daily_schedule

from ..small_company import seed, write_policy

GERMAN = Company("Europe/Berlin", "DE", 5, 6, 8)


def company(time_zone: str, country: str, refresh_hour: int = 5, campaign_hour: int = 6) -> Company:
    return Company(time_zone, country, refresh_hour, campaign_hour, 8)


def anything(time_zone: str) -> JobDefinition:
    @job(partitions_def=quarters_of(Home(Path("nowhere")), time_zone))
    def nothing() -> None:
        pass

    return nothing


@pytest.mark.parametrize(
    ("country", "quarter", "day"),
    [
        ("DE", date(2026, 1, 1), date(2026, 1, 2)),  # New Year, a Thursday
        ("DE", date(2022, 1, 1), date(2022, 1, 3)),  # New Year, a Saturday
        ("DE", date(2026, 7, 1), date(2026, 7, 1)),  # a Wednesday like any other
        ("DE", date(2023, 7, 1), date(2023, 7, 3)),  # a Saturday
        ("DE", date(2024, 4, 1), date(2024, 4, 2)),  # Easter Monday
        ("DE", date(2021, 4, 1), date(2021, 4, 1)),  # Maundy Thursday, before Easter
        ("DE", date(2018, 4, 1), date(2018, 4, 3)),  # Easter Sunday
        ("DE", date(2022, 10, 1), date(2022, 10, 4)),  # a weekend, then German Unity Day
        ("DE", date(2026, 10, 1), date(2026, 10, 1)),  # Unity Day comes after it
        ("AT", date(2022, 10, 1), date(2022, 10, 3)),  # no holiday in Austria
        ("AU-NSW", date(2023, 10, 1), date(2023, 10, 3)),  # Labour Day of the state
        ("AU-VIC", date(2023, 10, 1), date(2023, 10, 2)),  # not of its neighbour
        ("CN", date(2026, 10, 1), date(2026, 10, 8)),  # the golden week
        ("RU", date(2026, 1, 1), date(2026, 1, 12)),  # the New Year holidays
        ("AE", date(2027, 10, 1), date(2027, 10, 1)),  # a Friday; the weekend is Saturday and Sunday since 2022
        ("SA", date(2027, 10, 1), date(2027, 10, 3)),  # Friday and Saturday are the weekend
    ],
    ids=lambda value: str(value),
)
def test_the_first_working_day_of_a_quarter(country: str, quarter: date, day: date) -> None:
    assert company("UTC", country).first_working_day(quarter) == day


@pytest.mark.parametrize(
    ("time_zone", "country"),
    [("Europe/Berlin", "DE"), ("Pacific/Auckland", "NZ"), ("Australia/Sydney", "AU-NSW"), ("Asia/Shanghai", "CN")],
)
def test_the_campaign_is_asked_for_once_a_quarter_on_its_first_working_day(time_zone: str, country: str) -> None:
    """By all ticks of three years, which the schedule is given in UTC as well as in its own zone."""
    where = company(time_zone, country)
    schedule = campaign_schedule(anything(time_zone), where)

    @repository
    def holding() -> list[object]:
        return [schedule]

    asked: dict[str, date] = {}
    for tick in ticks(schedule, datetime(2023, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)):
        for moment in (tick, tick.astimezone(UTC)):
            context = build_schedule_context(scheduled_execution_time=moment, repository_def=holding)
            for request in schedule.evaluate_tick(context).run_requests or []:
                assert request.run_key == label_of(request.partition_key)
                local = tick.astimezone(ZoneInfo(time_zone))
                assert asked.setdefault(request.partition_key, local.date()) == local.date()
                assert local.hour == where.campaign_hour
    assert list(asked) == [str(date(year, month, 1)) for year in (2023, 2024, 2025) for month in (1, 4, 7, 10)]
    for partition_key, day in asked.items():
        assert day == where.first_working_day(date.fromisoformat(partition_key))


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (date(2026, 3, 28), 4),
        (date(2026, 3, 29), 3),  # clocks went forward at two
        (date(2026, 10, 24), 3),
        (date(2026, 10, 25), 4),  # clocks went back at three
    ],
)
def test_the_daily_run_keeps_its_hour_when_clocks_change(day: date, utc_hour: int) -> None:
    begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Berlin"))
    schedule = daily_schedule(anything("Europe/Berlin"), GERMAN)
    [tick] = ticks(schedule, begins, begins + timedelta(days=1))
    assert tick.astimezone(UTC) == datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)


@pytest.mark.parametrize("hour", [1, 2, 3])
def test_there_is_one_daily_run_a_day_even_at_an_hour_that_is_missing_or_comes_twice(hour: int) -> None:
    schedule = daily_schedule(anything("Europe/Berlin"), company("Europe/Berlin", "DE", refresh_hour=hour))
    found = list(ticks(schedule, datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 12, 31, 12, tzinfo=UTC)))
    days = [tick.astimezone(ZoneInfo("Europe/Berlin")).date() for tick in found]
    assert days == [date(2026, 1, 2) + timedelta(days=number) for number in range(364)]


def ticks(schedule: ScheduleDefinition, begins: datetime, ends: datetime) -> Iterator[datetime]:
    moments = schedule_execution_time_iterator(
        begins.timestamp(), schedule.cron_schedule, schedule.execution_timezone, ascending=True
    )
    return itertools.takewhile(lambda moment: moment < ends, moments)


def test_quarters_begin_and_end_at_midnight_where_the_company_is() -> None:
    quarters = quarters_of(Home(Path("nowhere")), "Europe/Berlin")
    eve = datetime(2026, 9, 30, 21, 59, tzinfo=UTC)
    assert label_of(quarters.get_partition_keys(current_time=eve)[-1]) == "2026Q3"
    assert label_of(quarters.get_partition_keys(current_time=eve + timedelta(minutes=1))[-1]) == "2026Q4"
    assert quarters.get_first_partition_key() == FIRST_QUARTER


def test_quarters_begin_with_the_first_posting_once_that_is_known(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.dagster.mkdir()
    (home.dagster / "partitions.json").write_text('{"first_quarter": "1996-07-01"}', encoding="utf-8")
    quarters = quarters_of(home, "Europe/Berlin")
    assert quarters.get_partition_keys(current_time=datetime(1997, 1, 1, 12, tzinfo=UTC)) == [
        "1996-07-01",
        "1996-10-01",
        "1997-01-01",
    ]


class TestPolicy:
    """Which calendar is in force."""

    def test_without_a_policy_of_its_own_a_home_has_the_projects(self, tmp_path: Path) -> None:
        assert company_of(Home(tmp_path)) == GERMAN

    def test_a_row_holds_from_its_date(self, tmp_path: Path) -> None:
        rows = "company_time_zone,Pacific/Auckland,2026-07-01,,\nholiday_country,NZ,2026-7-1,,\nrefresh_hour,3,2026-07-01,,\n"
        write_policy(tmp_path, policy_parameter=seed("policy_parameter") + rows)
        assert company_of(Home(tmp_path), date(2026, 6, 30)) == GERMAN
        assert company_of(Home(tmp_path), date(2026, 7, 1)) == Company("Pacific/Auckland", "NZ", 3, 6, 8)

    @pytest.mark.parametrize(
        "row",
        [
            "company_time_zone,Europe/Berln,2020-01-01,,",
            "company_time_zone,../etc/passwd,2020-01-01,,",
            "company_time_zone,Europe,2020-01-01,,",
            "holiday_country,XX,2020-01-01,,",
            "holiday_country,DE-XX,2020-01-01,,",
            "refresh_hour,24,2020-01-01,,",
            "campaign_hour,six,2020-01-01,,",
            "campaign_hour,-1,2020-01-01,,",
            "refresh_hour,4,01.01.2020,,",
            '"',
        ],
    )
    def test_what_cannot_be_right_keeps_nobody_from_opening_the_web_interface(self, tmp_path: Path, row: str) -> None:
        write_policy(tmp_path, policy_parameter=seed("policy_parameter") + row + "\n")
        assert company_of(Home(tmp_path)) == GERMAN
