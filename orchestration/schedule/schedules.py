"""Schedules, all of them off until someone switches them on."""

from datetime import date, timedelta
from typing import Any

from dagster import (
    DefaultScheduleStatus,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)
from dateutil.easter import easter

from orchestration.transform.parameters import quarter_label

DAILY_JOB = "refresh"
CAMPAIGN_JOB = "campaign"


def first_working_day(quarter_start: date) -> date:
    """Return the first day of a quarter that is neither weekend, New Year, Good Friday nor Easter Monday."""
    day = quarter_start
    free = {
        date(day.year, 1, 1),
        easter(day.year) - timedelta(days=2),
        easter(day.year) + timedelta(days=1),
    }
    while day.weekday() >= 5 or day in free:
        day += timedelta(days=1)
    return day


def daily_schedule(job: Any) -> ScheduleDefinition:
    """Every morning at five."""
    return ScheduleDefinition(
        name="refresh_daily", job=job, cron_schedule="0 5 * * *", default_status=DefaultScheduleStatus.STOPPED
    )


def campaign_schedule(job: Any) -> Any:
    """At six on the first working day of a quarter, for that quarter; the days before and after are skipped."""

    @schedule(
        name="campaign_quarterly",
        job=job,
        cron_schedule="0 6 1-7 1,4,7,10 *",
        default_status=DefaultScheduleStatus.STOPPED,
    )
    def campaign_quarterly(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        today = context.scheduled_execution_time.date()
        quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
        if today != first_working_day(quarter):
            return SkipReason(f"{today} is not the first working day of {quarter_label(quarter)}")
        return RunRequest(run_key=quarter_label(quarter), partition_key=quarter.isoformat())

    return campaign_quarterly
