"""Schedules in the company's time zone, all of them off until someone switches them on."""

from datetime import date
from typing import Any

from dagster import (
    DefaultScheduleStatus,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)

from orchestration.company import Company
from orchestration.transform.parameters import quarter_label

DAILY_JOB = "refresh"
CAMPAIGN_JOB = "campaign"


def daily_schedule(job: Any, company: Company) -> ScheduleDefinition:
    """Every morning at the company's hour, also on the two days of the year that are longer or shorter than others."""
    return ScheduleDefinition(
        name="refresh_daily",
        job=job,
        cron_schedule=f"0 {company.refresh_hour} * * *",
        execution_timezone=company.time_zone,
        default_status=DefaultScheduleStatus.STOPPED,
        description=f"Every day at {company.refresh_hour}:00, {company.time_zone}",
    )


def campaign_schedule(job: Any, company: Company) -> Any:
    """On the first working day of a quarter, for that quarter; the days before and after are skipped.

    The first half of the month is asked, because some countries begin a quarter with more than a week of holidays.
    """

    @schedule(
        name="campaign_quarterly",
        job=job,
        cron_schedule=f"0 {company.campaign_hour} 1-15 1,4,7,10 *",
        execution_timezone=company.time_zone,
        default_status=DefaultScheduleStatus.STOPPED,
        description=(
            f"On the first working day of a quarter ({company.holiday_country}) at {company.campaign_hour}:00,"
            f" {company.time_zone}"
        ),
    )
    def campaign_quarterly(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        today = company.day_of(context.scheduled_execution_time)
        quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
        due = company.first_working_day(quarter)
        if today != due:
            return SkipReason(f"{today} is not the first working day of {quarter_label(quarter)}, which is {due}")
        return RunRequest(run_key=quarter_label(quarter), partition_key=quarter.isoformat())

    return campaign_quarterly
