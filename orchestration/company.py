"""Where the company is: its time zone, its holidays, and the hours of its day at which runs are due.

These are rows of ``policy_parameter`` like all others, but no model reads them: they decide when a run begins.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from orchestration.home import PROJECT_DIR, Home
from orchestration.transform.parameters import policy_files

TIME_ZONE = "company_time_zone"
HOLIDAY_COUNTRY = "holiday_country"
HOURS = ("refresh_hour", "campaign_hour", "freshness_deadline_hour")
_OWN_POLICY = PROJECT_DIR / "seeds" / "policy_parameter.csv"


@dataclass(frozen=True)
class Company:
    """The company's calendar: IANA time zone, country with or without its state (``DE``, ``DE-BY``), hours 0-23."""

    time_zone: str
    holiday_country: str
    refresh_hour: int
    campaign_hour: int
    freshness_deadline_hour: int

    def day_of(self, moment: datetime) -> date:
        """Return the date that the company's calendar shows at a moment."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def first_working_day(self, first_day: date) -> date:
        """Return the first day from ``first_day`` on that is neither weekend nor public holiday for the company."""
        import holidays

        country, _, state = self.holiday_country.partition("-")
        calendar = holidays.country_holidays(country, subdiv=state or None)
        day = first_day
        while not calendar.is_working_day(day):
            day += timedelta(days=1)
        return day


def company_of(home: Home, today: date | None = None) -> Company:
    """Return the company's calendar by the policy in force on a day, by default on this one.

    Nothing is raised for a policy that cannot be right: a run names what is wrong with it before it does anything.
    Until that is corrected, the project's own values stand in for those that cannot be read.
    """
    day = today or datetime.now(UTC).date()
    chosen = _in_force(_OWN_POLICY, day)
    path = policy_files(home, PROJECT_DIR, is_strict=False).get(_OWN_POLICY.stem, _OWN_POLICY)
    if path != _OWN_POLICY:
        theirs = _in_force(path, day)
        chosen |= {name: value for name, value in theirs.items() if _complaint(name, value) is None}
    return Company(
        chosen[TIME_ZONE],
        chosen[HOLIDAY_COUNTRY],
        *(int(chosen[name]) for name in HOURS),
    )


def unknown_places(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, parameter and complaint for each time zone and country in a policy file that nobody knows."""
    if path == _OWN_POLICY:
        return
    for line, row in _rows(path):
        name, value = row.get("parameter") or "", row.get("value") or ""
        why = _complaint(name, value) if value and name in (TIME_ZONE, HOLIDAY_COUNTRY) else None
        if why is not None:
            yield line, name, why


def _in_force(path: Path, day: date) -> dict[str, str]:
    """The values of our parameters that hold on a day; without those whose row cannot be read."""
    latest: dict[str, tuple[date, str]] = {}
    for _, row in _rows(path):
        name, value = row.get("parameter") or "", row.get("value") or ""
        try:
            valid_from = datetime.strptime((row.get("valid_from") or "").strip(), "%Y-%m-%d").replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if name in (TIME_ZONE, HOLIDAY_COUNTRY, *HOURS) and valid_from <= day:
            latest[name] = max(latest.get(name, (date.min, "")), (valid_from, value))
    return {name: value for name, (_, value) in latest.items()}


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Line and values of each row of a policy file, as far as it can be read; who checks the policy tells the rest."""
    with suppress(OSError, UnicodeDecodeError, csv.Error), path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            yield reader.line_num, row


def _complaint(name: str, value: str) -> str | None:
    """Say what is wrong with a value of one of our parameters; None where nothing is."""
    if name == TIME_ZONE:
        return _about_time_zone(value)
    if name == HOLIDAY_COUNTRY:
        return _about_country(value)
    return None if value.strip().isdigit() and int(value) <= 23 else f"'{value}' is no hour from 0 to 23"


def _about_time_zone(value: str) -> str | None:
    try:
        ZoneInfo(value)
        return None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"'{value}' is no time zone{_closest(value, available_timezones())}"


def _about_country(value: str) -> str | None:
    # Imported late: it takes half a second, and a run with the project's own country does not need it.
    import holidays

    country, _, state = value.partition("-")
    try:
        holidays.country_holidays(country, subdiv=state or None)
        return None
    except NotImplementedError:
        states = holidays.list_supported_countries()
        if country not in states:
            return f"'{value}' is no country whose public holidays are known{_closest(value, states)}"
        return f"'{value}': the states of {country} are {', '.join(states[country])}"


def _closest(value: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(value, sorted(known), n=1)
    return f"; the closest known is '{found[0]}'" if found else ""
