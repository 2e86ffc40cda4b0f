"""Alerts: a run that failed, was blocked or was killed is told to whoever is to know, once.

Receivers are named in the environment, because they belong to a machine and hold secrets:

- ``KUNDENWERT_ALERT_WEBHOOK``: a URL to which a JSON document is posted (``text`` is what chat programs show)
- ``KUNDENWERT_ALERT_MAIL_TO``: addresses, separated by commas
- ``KUNDENWERT_ALERT_SMTP``: ``smtp://host:25``, ``starttls://host:587`` or ``smtps://host:465``
- ``KUNDENWERT_ALERT_MAIL_FROM``, ``KUNDENWERT_ALERT_SMTP_USER``, ``KUNDENWERT_ALERT_SMTP_PASSWORD``: where needed

The run history is the memory: a run is tagged with the receivers that were told. The command and Dagster's daemon share
the history and take turns, so that nobody is told twice, and a receiver that was down is told by whoever comes next.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import urlsplit

from orchestration.history import FAILURES, INTERRUPTED, OUTCOME_TAG, STOPPED
from orchestration.home import Home
from orchestration.outcome import FAILED, InputError, failure_of

if TYPE_CHECKING:
    from dagster import DagsterInstance, DagsterRun

ALERT_TAG = "kundenwert/alert"
TIMEOUT_SECONDS = 10.0
# What nobody could be told within a week is no news any more.
_OLDEST = timedelta(days=7)
_RUNS_A_TURN = 20
_PROBLEMS_TOLD = 20
_WRITING_SECONDS = 60.0
_PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
_VARIABLES = "KUNDENWERT_ALERT_"


@dataclass(frozen=True)
class Alert:
    """What happened: ``outcome`` in one or two words, ``problems`` in a sentence each."""

    outcome: str
    job: str
    home: str
    run_id: str | None
    started_at: str | None
    problems: tuple[str, ...]

    @property
    def subject(self) -> str:
        """One line for a list of messages."""
        return f"Kundenwert {self.job}: {self.outcome} (host {socket.gethostname()})"

    @property
    def text(self) -> str:
        """The whole message."""
        told = [f"- {problem}" for problem in self.problems[:_PROBLEMS_TOLD]]
        if len(self.problems) > _PROBLEMS_TOLD:
            told.append(f"- and {len(self.problems) - _PROBLEMS_TOLD} more")
        about = [f"Home {self.home}"]
        about += [f"Run {self.run_id}"] if self.run_id else []
        about += [f"Started {self.started_at}"] if self.started_at else []
        ending = f"More: kundenwert status --home {self.home}"
        if self.outcome != TEST:
            ending = f"Nothing new is served; the last publication stays. {ending}"
        return "\n".join([self.subject, *told, ", ".join(about), ending])

    def document(self) -> dict[str, Any]:
        """The message for a webhook."""
        return {
            "text": self.text,
            "event": "test" if self.outcome == TEST else "run_failed",
            "outcome": self.outcome,
            "job": self.job,
            "host": socket.gethostname(),
            "home": self.home,
            "run_id": self.run_id,
            "started_at": self.started_at,
            "problems": list(self.problems),
        }


TEST = "test alert"


class DeliveryError(Exception):
    """A receiver could not be told; the message says why and holds no secret."""


class Receiver(Protocol):
    """Someone who is told. ``name`` is short and stays the same from run to run."""

    @property
    def name(self) -> str:
        """What the history calls the receiver."""

    def tell(self, alert: Alert) -> None:
        """Deliver an alert. Raises DeliveryError."""


@dataclass(frozen=True)
class Webhook:
    """A URL that takes JSON by POST."""

    url: str
    name: str = "webhook"

    def tell(self, alert: Alert) -> None:
        """Deliver an alert. Raises DeliveryError; the URL may be a secret, so that only its host is named."""
        import requests

        host = urlsplit(self.url).hostname or "its address"
        try:
            answer = requests.post(
                self.url, json=alert.document(), timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True
            )
            answer.close()
        except requests.Timeout as error:
            raise DeliveryError(f"{host} did not answer within {TIMEOUT_SECONDS:.0f} seconds") from error
        except requests.ConnectionError as error:
            raise DeliveryError(f"{host} cannot be reached") from error
        except (requests.RequestException, ValueError, OSError) as error:
            raise DeliveryError(f"{host}: {type(error).__name__}") from error
        if not 200 <= answer.status_code < 300:
            raise DeliveryError(f"{host} answered with status {answer.status_code}")


@dataclass(frozen=True)
class Mail:
    """A mail server and who gets what it sends. ``security`` is smtp (none), starttls or smtps."""

    host: str
    port: int
    security: str
    sender: str
    recipients: tuple[str, ...]
    user: str | None = None
    password: str | None = None
    name: str = "e-mail"

    def tell(self, alert: Alert) -> None:
        """Deliver an alert. Raises DeliveryError."""
        import smtplib
        import ssl

        message = EmailMessage()
        message["Subject"] = alert.subject
        message["From"] = self.sender
        message["To"] = ", ".join(self.recipients)
        message.set_content(alert.text)
        try:
            server = (
                smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
                if self.security == "smtps"
                else smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
            )
            with server:
                if self.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password or "")
                server.send_message(message)
        except smtplib.SMTPServerDisconnected as error:
            raise DeliveryError(f"{self.host}:{self.port} did not answer, or hung up") from error
        except smtplib.SMTPException as error:
            code = getattr(error, "smtp_code", None)
            reason = f" ({code})" if code else ""
            raise DeliveryError(f"{self.host}:{self.port} refused it: {type(error).__name__}{reason}") from error
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise DeliveryError(f"{self.host}:{self.port} cannot be reached ({why})") from error


@dataclass(frozen=True)
class Receivers:
    """Who is told, and what is wrong with the settings, in sentences."""

    all: tuple[Receiver, ...]
    problems: tuple[str, ...]

    @classmethod
    def of(cls, environment: Mapping[str, str] | None = None) -> Receivers:
        """Read the settings; nothing set means that nobody is told."""
        given = os.environ if environment is None else environment
        settings = {
            name.removeprefix(_VARIABLES): value.strip()
            for name, value in given.items()
            if name.startswith(_VARIABLES) and value.strip()
        }
        found: list[Receiver] = []
        problems: list[str] = []
        url = settings.get("WEBHOOK")
        if url is not None:
            if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname:
                found.append(Webhook(url))
            else:
                problems.append(f"{_VARIABLES}WEBHOOK is no URL that begins with https:// or http://")
        recipients = tuple(part.strip() for part in settings.get("MAIL_TO", "").split(",") if part.strip())
        if recipients or "SMTP" in settings:
            mail = _mail_of(settings, recipients)
            if isinstance(mail, str):
                problems.append(mail)
            else:
                found.append(mail)
        return cls(tuple(found), tuple(problems))


def _mail_of(settings: Mapping[str, str], recipients: tuple[str, ...]) -> Mail | str:
    if not recipients:
        return f"{_VARIABLES}MAIL_TO is not set, so that no e-mail is sent"
    if "SMTP" not in settings:
        return f"{_VARIABLES}SMTP is not set, so that no e-mail is sent"
    server = urlsplit(settings["SMTP"])
    try:
        port = server.port or _PORTS[server.scheme]
    except (KeyError, ValueError):
        return f"{_VARIABLES}SMTP is no address like smtp://host:25, starttls://host:587 or smtps://host:465"
    if not server.hostname:
        return f"{_VARIABLES}SMTP names no host"
    return Mail(
        server.hostname,
        port,
        server.scheme,
        settings.get("MAIL_FROM") or f"kundenwert-{getpass.getuser()}@{socket.getfqdn()}",
        recipients,
        settings.get("SMTP_USER"),
        settings.get("SMTP_PASSWORD"),
    )


class Watch:
    """Watches over one command and raises the alerts that are due when it ends.

    A failure that is in the run history is told from there. One that came before there was a run, as a landing folder
    that does not exist, is told as it was raised. Neither changes how the command ends.
    """

    def __init__(self, home: Home, job: str, say: Callable[[str], None]) -> None:
        self.home = home
        self.job = job
        self.say = say
        self.has_run = False
        self._receivers = Receivers.of()

    def __enter__(self) -> Self:
        if self._receivers.all:
            with _turn(self.home):
                pass
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for problem in self._receivers.problems if error is not None else ():
            self.say(f"alerts: {problem}")
        if not self._receivers.all or isinstance(error, KeyboardInterrupt):
            return
        try:
            if self.has_run:
                from orchestration.schedule.instance import open_instance

                with open_instance(self.home) as instance:
                    raise_due(self.home, instance, self._receivers.all, self.say)
            elif error is not None:
                deliver(_alert_of_error(error, self.job, self.home), self._receivers.all, self.say)
        except Exception as problem:
            # Whatever goes wrong in telling must not hide what was to be told.
            self.say(f"alerts: could not be raised: {type(problem).__name__}: {problem}")


def raise_due(home: Home, instance: DagsterInstance, receivers: Sequence[Receiver], say: Callable[[str], None]) -> int:
    """Tell each receiver of every failed run of which it was not told yet; return how many were told."""
    from dagster import DagsterRunStatus, RunsFilter

    told = 0
    with _turn(home) as since:
        failed = RunsFilter(statuses=[DagsterRunStatus.FAILURE], updated_after=max(since, datetime.now(UTC) - _OLDEST))
        for run in reversed(instance.get_runs(failed, limit=_RUNS_A_TURN)):
            if run.tags.get(OUTCOME_TAG) == INTERRUPTED or _is_being_written_down(instance, run):
                continue
            known = {name for name in run.tags.get(ALERT_TAG, "").split(", ") if name}
            left = [one for one in receivers if one.name not in known]
            if not left:
                continue
            reached = deliver(_alert_of_run(instance, run, home), left, say)
            if reached:
                instance.add_run_tags(run.run_id, {ALERT_TAG: ", ".join(sorted(known | set(reached)))})
            told += len(reached)
    return told


def deliver(alert: Alert, receivers: Sequence[Receiver], say: Callable[[str], None]) -> list[str]:
    """Tell the receivers; return the names of those that were reached, and say of the others why not."""
    reached = []
    for receiver in receivers:
        try:
            receiver.tell(alert)
            reached.append(receiver.name)
        except DeliveryError as error:
            say(f"alerts: the {receiver.name} about '{alert.job}: {alert.outcome}' could not be delivered: {error}")
    return reached


def send_test(home: Home, say: Callable[[str], None]) -> bool:
    """Send a test alert to everyone that the environment names; return whether all of them were reached.

    Raises InputError where the settings are incomplete or name nobody.
    """
    receivers = Receivers.of()
    if receivers.problems:
        raise InputError(*receivers.problems)
    if not receivers.all:
        raise InputError(f"nobody is told: neither {_VARIABLES}WEBHOOK nor {_VARIABLES}MAIL_TO is set")
    alert = Alert(TEST, "alerts", str(home.root), None, None, ("This is what a failed run would look like.",))
    reached = deliver(alert, receivers.all, say)
    for name in reached:
        say(f"the {name} was delivered")
    return len(reached) == len(receivers.all)


def _alert_of_error(error: BaseException, job: str, home: Home) -> Alert:
    known = failure_of(error)
    outcome = FAILURES[known[0] if known else FAILED]
    problems = known[1] if known else (f"{type(error).__name__}: {error}",)
    return Alert(outcome, job, str(home.root), None, None, problems)


def _alert_of_run(instance: DagsterInstance, run: DagsterRun, home: Home) -> Alert:
    """Tell a run from its history alone, which is all that is left of one that another process did."""
    record = instance.get_run_record_by_id(run.run_id)
    started = datetime.fromtimestamp(record.start_time, UTC) if record and record.start_time else None
    outcome = run.tags.get(OUTCOME_TAG, FAILURES[FAILED])
    problems = ("its process was stopped from outside",) if outcome == STOPPED else _problems_of(instance, run)
    # Dagster's name for runs of single assets and of backfills.
    job = "backfill" if "dagster/backfill" in run.tags else run.job_name.removeprefix("__ASSET_JOB") or "single assets"
    return Alert(
        outcome,
        job,
        str(home.root),
        run.run_id,
        f"{started:%Y-%m-%d %H:%M} UTC" if started else None,
        problems,
    )


def _is_being_written_down(instance: DagsterInstance, run: DagsterRun) -> bool:
    """Whether a run ended a moment ago and who did it is about to note how."""
    record = instance.get_run_record_by_id(run.run_id)
    ended = record.end_time if record is not None else None
    return OUTCOME_TAG not in run.tags and ended is not None and time.time() - ended < _WRITING_SECONDS


def _problems_of(instance: DagsterInstance, run: DagsterRun) -> tuple[str, ...]:
    from dagster import DagsterEventType

    kinds = {DagsterEventType.STEP_FAILURE, DagsterEventType.RUN_FAILURE}
    of_steps, of_run = [], []
    for entry in instance.all_logs(run.run_id, of_type=kinds):
        event = entry.dagster_event
        if event is None:
            continue
        if event.event_type is DagsterEventType.STEP_FAILURE:
            of_steps += _sentences(event.step_failure_data.error)
        else:
            of_run += _sentences(getattr(event.event_specific_data, "error", None)) or [event.message or ""]
    return tuple(dict.fromkeys(of_steps or of_run)) or ("no reason is in the history",)


def _sentences(error: Any) -> list[str]:
    """The sentences of the failure that is at the bottom of a chain of causes."""
    if error is None:
        return []
    while error.cause is not None:
        error = error.cause
    name, _, message = error.message.strip().partition(": ")
    told = message if name.rpartition(".")[2] == error.cls_name else error.message
    return [line.strip() for line in told.splitlines() if line.strip()]


@contextmanager
def _turn(home: Home) -> Iterator[datetime]:
    """Take turns with other processes that raise alerts; the moment since when failures of this home are told.

    What failed before anybody was to be told is not told afterwards.
    """
    home.dagster.mkdir(parents=True, exist_ok=True)
    with (home.dagster / "alerts.json").open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        try:
            since = datetime.fromisoformat(json.load(file)["since"])
        except (ValueError, KeyError, TypeError):
            since = datetime.now(UTC)
            file.truncate(0)
            json.dump({"since": since.isoformat()}, file)
        yield since
