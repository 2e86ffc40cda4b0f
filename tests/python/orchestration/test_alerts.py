"""Who is to know is told of a failed, blocked or killed run, once, whoever notices it; of nothing else."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRunStatus, RunsFilter, build_sensor_context, job, op
from dagster._core.test_utils import create_run_for_test

from orchestration import lock
from orchestration.history import INTERRUPTED, OUTCOME_TAG, STARTED_BY_TAG, tags_of_failure
from orchestration.home import Home
from orchestration.outcome import GateBlockedError, InputError, TransformError
from orchestration.schedule import alerts, killed
from orchestration.schedule.alerts import ALERT_TAG, Alert, Mail, Receivers, Watch, Webhook, raise_due, send_test
from orchestration.schedule.instance import open_instance
from orchestration.schedule.sensors import alert_sensor

from .receivers import SECRET, Hook, Mailbox, free_port, mail_server, webhook
from .watching import kill

PROBLEMS = ("invoice_line: posting_date not after the load date: 1 rows", "customer: 3 rows without a name")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture(scope="module")
def new_history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a history without runs: making one takes seconds."""
    home = Home(tmp_path_factory.mktemp("history") / "home")
    with pytest.MonkeyPatch.context() as patch:
        keep_environment(patch)
        with open_instance(home) as opened:
            opened.get_runs()
    return home.dagster


@pytest.fixture
def instance(home: Home, new_history: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DagsterInstance]:
    keep_environment(monkeypatch)
    shutil.copytree(new_history, home.dagster)
    with open_instance(home) as opened:
        # From here on failures are told.
        raise_due(home, opened, [], no_complaint)
        yield opened


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as opened:
        yield opened


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


def keep_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back afterwards what opening an instance sets."""
    for name in ("DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY", "DAGSTER_EVENT_BATCH_SIZE"):
        monkeypatch.setenv(name, "")


def no_complaint(sentence: str) -> None:
    raise AssertionError(sentence)


def mail_to(mailbox: Mailbox) -> Mail:
    port = int(mailbox.address.rpartition(":")[2])
    return Mail("127.0.0.1", port, "smtp", "kundenwert@example.org", ("sales@example.org", "it@example.org"))


def fail(instance: DagsterInstance, error: BaseException, **tags: str) -> str:
    """A run of the daemon that fails, noted in the history as the assets do; returns its id."""

    @op
    def step() -> None:
        raise error

    @job
    def refresh() -> None:
        step()

    result = refresh.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
    instance.add_run_tags(result.run_id, tags_of_failure(error))
    return result.run_id


def succeed(instance: DagsterInstance) -> None:
    @op
    def step() -> None:
        pass

    @job
    def refresh() -> None:
        step()

    assert refresh.execute_in_process(instance=instance).success


def start(instance: DagsterInstance, **tags: str) -> str:
    """A run that the history calls running."""
    run = create_run_for_test(instance, job_name="refresh", status=DagsterRunStatus.STARTED, tags=tags)
    return run.run_id


def test_a_blocked_run_is_told_to_all_receivers_once(
    home: Home, instance: DagsterInstance, hook: Hook, mailbox: Mailbox
) -> None:
    run_id = fail(instance, GateBlockedError(*PROBLEMS))
    receivers = [Webhook(hook.url), mail_to(mailbox)]
    assert raise_due(home, instance, receivers, no_complaint) == 2
    assert raise_due(home, instance, receivers, no_complaint) == 0
    [document] = hook.documents
    assert document["event"] == "run_failed"
    assert (document["outcome"], document["job"], document["run_id"]) == ("blocked", "refresh", run_id)
    assert document["problems"] == list(PROBLEMS)
    assert document["home"] == str(home.root)
    [message] = mailbox.messages
    assert mailbox.recipients == ["sales@example.org", "it@example.org"]
    assert "Kundenwert refresh: blocked (host " in str(message["Subject"])
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    for told in (body.decode(), document["text"]):
        assert all(problem in told for problem in PROBLEMS)
        assert run_id in told and "the last publication stays" in told


@pytest.mark.parametrize(
    ("error", "outcome", "problem"),
    [
        (
            InputError("--quarters 2030Q1: lies outside the data"),
            "bad input",
            "--quarters 2030Q1: lies outside the data",
        ),
        (TransformError("model fct failed: overflow"), "failed", "model fct failed: overflow"),
        (ZeroDivisionError("division by zero"), "failed", "division by zero"),
        (GateBlockedError("a: b: c"), "blocked", "a: b: c"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_an_alert_says_what_the_command_would(
    home: Home, instance: DagsterInstance, hook: Hook, error: BaseException, outcome: str, problem: str
) -> None:
    fail(instance, error)
    raise_due(home, instance, [Webhook(hook.url)], no_complaint)
    [document] = hook.documents
    assert (document["outcome"], document["problems"]) == (outcome, [problem])


def test_a_success_is_told_to_nobody(home: Home, instance: DagsterInstance, hook: Hook) -> None:
    succeed(instance)
    assert raise_due(home, instance, [Webhook(hook.url)], no_complaint) == 0
    assert hook.documents == []


def test_who_pressed_ctrl_c_needs_no_alert(home: Home, instance: DagsterInstance, hook: Hook) -> None:
    run_id = fail(instance, RuntimeError("stopped"))
    instance.add_run_tags(run_id, {OUTCOME_TAG: INTERRUPTED})
    assert raise_due(home, instance, [Webhook(hook.url)], no_complaint) == 0
    assert hook.documents == []


def test_a_run_whose_end_is_still_being_noted_waits(
    home: Home, instance: DagsterInstance, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    @op
    def step() -> None:
        raise GateBlockedError("blocked")

    @job
    def refresh() -> None:
        step()

    refresh.execute_in_process(instance=instance, raise_on_error=False)
    assert raise_due(home, instance, [Webhook(hook.url)], no_complaint) == 0
    # Nobody noted anything: after a minute it is told all the same.
    later = time.time() + 61
    monkeypatch.setattr(alerts.time, "time", lambda: later)
    assert raise_due(home, instance, [Webhook(hook.url)], no_complaint) == 1


def test_what_failed_before_anybody_was_to_be_told_is_not_told_afterwards(
    home: Home, instance: DagsterInstance, hook: Hook
) -> None:
    fail(instance, InputError("long ago"))
    time.sleep(0.01)
    (home.dagster / "alerts.json").unlink()
    assert raise_due(home, instance, [Webhook(hook.url)], no_complaint) == 0
    fail(instance, InputError("now"))
    assert raise_due(home, instance, [Webhook(hook.url)], no_complaint) == 1
    assert hook.documents[0]["problems"] == ["now"]


def test_a_receiver_that_was_down_is_told_later_and_the_other_not_again(
    home: Home, instance: DagsterInstance, hook: Hook, mailbox: Mailbox
) -> None:
    run_id = fail(instance, InputError("no file"))
    hook.status = 503
    said: list[str] = []
    receivers = [Webhook(hook.url), mail_to(mailbox)]
    assert raise_due(home, instance, receivers, said.append) == 1
    assert said == [
        "alerts: the webhook about 'refresh: bad input' could not be delivered: 127.0.0.1 answered with status 503"
    ]
    hook.status = 204
    assert raise_due(home, instance, receivers, no_complaint) == 1
    assert raise_due(home, instance, receivers, no_complaint) == 0
    assert (len(hook.documents), len(mailbox.messages)) == (1, 1)
    run = instance.get_run_by_id(run_id)
    assert run is not None and run.tags[ALERT_TAG] == "e-mail, webhook"


def test_many_at_once_tell_it_once(home: Home, instance: DagsterInstance, hook: Hook) -> None:
    fail(instance, InputError("no file"))
    together = threading.Barrier(4)

    def tell() -> None:
        together.wait()
        raise_due(home, instance, [Webhook(hook.url)], no_complaint)

    threads = [threading.Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(hook.documents) == 1


class TestKilled:
    """Runs that the history calls running although nobody is at work."""

    def test_a_killed_run_of_the_command_is_told_as_stopped(
        self, home: Home, instance: DagsterInstance, hook: Hook
    ) -> None:
        run_id = start(instance, **{STARTED_BY_TAG: "command"})
        with lock.hold(home, "refresh"):
            assert killed.close(instance) == 1
        assert killed.candidates(instance) == []
        raise_due(home, instance, [Webhook(hook.url)], no_complaint)
        [document] = hook.documents
        assert (document["outcome"], document["run_id"]) == ("stopped", run_id)
        assert document["problems"] == ["its process was stopped from outside"]

    def test_a_run_of_the_daemon_has_a_minute_to_take_the_lock(
        self, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run_id = start(instance)
        assert killed.candidates(instance) == []
        later = time.time() + killed.GRACE_SECONDS + 1
        monkeypatch.setattr(killed.time, "time", lambda: later)
        assert killed.candidates(instance) == [run_id]

    def test_the_sensor_finds_it_and_leaves_a_run_at_work_alone(
        self, home: Home, instance: DagsterInstance, hook: Hook, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KUNDENWERT_ALERT_WEBHOOK", hook.url)
        tick = ticks_of(home, instance)
        start(instance, **{STARTED_BY_TAG: "command"})
        with other_process_holding(home):
            assert "killed runs found: 0" in tick()
            assert hook.documents == []
        assert "alerts delivered: 1; killed runs found: 1" in tick()
        assert "alerts delivered: 0; killed runs found: 0" in tick()
        assert [document["outcome"] for document in hook.documents] == ["stopped"]
        assert instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.STARTED])) == []


class TestSensor:
    """What the daemon does every half minute."""

    def test_it_tells_a_failed_run_of_the_daemon_once(
        self, home: Home, instance: DagsterInstance, hook: Hook, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KUNDENWERT_ALERT_WEBHOOK", hook.url)
        monkeypatch.setenv("KUNDENWERT_ALERT_MAIL_TO", "sales@example.org")
        monkeypatch.setenv("KUNDENWERT_ALERT_SMTP", mailbox.address)
        tick = ticks_of(home, instance)
        succeed(instance)
        assert "alerts delivered: 0" in tick()
        fail(instance, GateBlockedError("blocked"))
        assert "alerts delivered: 2" in tick()
        assert "alerts delivered: 0" in tick()
        assert (len(hook.documents), len(mailbox.messages)) == (1, 1)

    def test_a_receiver_that_is_down_fails_no_tick_and_is_named(
        self, home: Home, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KUNDENWERT_ALERT_WEBHOOK", f"http://127.0.0.1:{free_port()}/{SECRET}")
        fail(instance, GateBlockedError("blocked"))
        said = ticks_of(home, instance)()
        assert "could not be delivered: 127.0.0.1 cannot be reached" in said
        assert SECRET not in said

    def test_without_receivers_it_says_so(self, home: Home, instance: DagsterInstance) -> None:
        assert "nobody is to be told" in ticks_of(home, instance)()


def ticks_of(home: Home, instance: DagsterInstance) -> Callable[[], str]:
    """The sensor's ticks; each returns what the web interface shows of it."""
    sensor = alert_sensor(home)

    def tick() -> str:
        with build_sensor_context(instance) as context:
            data = sensor.evaluate_tick(context)
        assert not data.run_requests
        return data.skip_message or ""

    return tick


@contextmanager
def other_process_holding(home: Home) -> Iterator[None]:
    """The home's lock in the hands of another process."""
    program = (
        "import fcntl, time\n"
        f"file = open({str(lock.lock_path(home))!r}, 'a')\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    try:
        yield
    finally:
        kill(process)


class TestSettings:
    """What the environment says, and what is wrong with it."""

    def test_nothing_set_means_nobody(self) -> None:
        assert Receivers.of({"PATH": "/bin", "KUNDENWERT_ALERT_WEBHOOK": " "}) == Receivers((), ())

    def test_everything_set(self) -> None:
        found = Receivers.of(
            {
                "KUNDENWERT_ALERT_WEBHOOK": "https://hooks.example.org/x",
                "KUNDENWERT_ALERT_MAIL_TO": "a@example.org, b@example.org,",
                "KUNDENWERT_ALERT_SMTP": "starttls://mail.example.org",
                "KUNDENWERT_ALERT_MAIL_FROM": "k@example.org",
                "KUNDENWERT_ALERT_SMTP_USER": "k",
                "KUNDENWERT_ALERT_SMTP_PASSWORD": "p:/@",
            }
        )
        assert found.problems == ()
        assert found.all == (
            Webhook("https://hooks.example.org/x"),
            Mail("mail.example.org", 587, "starttls", "k@example.org", ("a@example.org", "b@example.org"), "k", "p:/@"),
        )

    @pytest.mark.parametrize(
        ("settings", "problem"),
        [
            ({"WEBHOOK": "hooks.example.org/x"}, "WEBHOOK is no URL"),
            ({"WEBHOOK": "ftp://hooks.example.org/x"}, "WEBHOOK is no URL"),
            ({"MAIL_TO": "a@example.org"}, "SMTP is not set"),
            ({"SMTP": "smtp://mail.example.org"}, "MAIL_TO is not set"),
            ({"MAIL_TO": "a@example.org", "SMTP": "mail.example.org:25"}, "SMTP is no address like smtp://host:25"),
            ({"MAIL_TO": "a@example.org", "SMTP": "smtp://mail.example.org:mail"}, "SMTP is no address"),
            ({"MAIL_TO": "a@example.org", "SMTP": "smtp://"}, "SMTP names no host"),
        ],
    )
    def test_what_is_incomplete_is_said(self, settings: dict[str, str], problem: str) -> None:
        found = Receivers.of({f"KUNDENWERT_ALERT_{name}": value for name, value in settings.items()})
        assert found.all == ()
        assert len(found.problems) == 1 and problem in found.problems[0]

    def test_a_test_alert_reaches_everybody(self, home: Home, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KUNDENWERT_ALERT_WEBHOOK", hook.url)
        with mail_server(user="kundenwert") as mailbox:
            monkeypatch.setenv("KUNDENWERT_ALERT_MAIL_TO", "sales@example.org")
            monkeypatch.setenv("KUNDENWERT_ALERT_SMTP", mailbox.address)
            monkeypatch.setenv("KUNDENWERT_ALERT_SMTP_USER", "kundenwert")
            monkeypatch.setenv("KUNDENWERT_ALERT_SMTP_PASSWORD", SECRET)
            said: list[str] = []
            assert send_test(home, said.append)
            assert said == ["the webhook was delivered", "the e-mail was delivered"]
            monkeypatch.setenv("KUNDENWERT_ALERT_SMTP_PASSWORD", "wrong")
            said.clear()
            assert not send_test(home, said.append)
            assert "the e-mail about 'alerts: test alert' could not be delivered" in said[0]
            assert "refused it" in said[0] and "wrong" not in said[0]
            assert len(mailbox.messages) == 1
        assert [document["event"] for document in hook.documents] == ["test", "test"]

    def test_a_test_alert_to_nobody_is_bad_input(self, home: Home) -> None:
        with pytest.raises(InputError, match="nobody is told"):
            send_test(home, no_complaint)


class TestDelivery:
    """A receiver that does not take what it is given."""

    ALERT = Alert("failed", "refresh", "/home", None, None, ("a sentence",))

    @pytest.mark.parametrize("status", [301, 307, 404, 500])
    def test_a_webhook_that_answers_otherwise_was_not_reached(self, hook: Hook, status: int) -> None:
        hook.status = status
        said: list[str] = []
        assert alerts.deliver(self.ALERT, [Webhook(hook.url)], said.append) == []
        assert f"answered with status {status}" in said[0] and SECRET not in said[0]

    def test_a_webhook_that_never_answers_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(alerts, "TIMEOUT_SECONDS", 0.2)
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            said: list[str] = []
            hook = Webhook(f"http://127.0.0.1:{silent.getsockname()[1]}/{SECRET}")
            assert alerts.deliver(self.ALERT, [hook], said.append) == []
            mail = Mail("127.0.0.1", silent.getsockname()[1], "smtp", "a@example.org", ("b@example.org",))
            assert alerts.deliver(self.ALERT, [mail], said.append) == []
        assert "did not answer within" in said[0] and SECRET not in said[0]
        assert "did not answer" in said[1]

    def test_a_mail_server_that_is_not_there(self) -> None:
        said: list[str] = []
        mail = Mail("127.0.0.1", free_port(), "smtps", "a@example.org", ("b@example.org",), "user", SECRET)
        assert alerts.deliver(self.ALERT, [mail], said.append) == []
        assert "cannot be reached" in said[0] and SECRET not in said[0]

    def test_a_server_without_encryption_gets_no_password(self, mailbox: Mailbox) -> None:
        said: list[str] = []
        port = int(mailbox.address.rpartition(":")[2])
        mail = Mail("127.0.0.1", port, "starttls", "a@example.org", ("b@example.org",), "user", SECRET)
        assert alerts.deliver(self.ALERT, [mail], said.append) == []
        assert "refused it: SMTPNotSupportedError" in said[0] and mailbox.messages == []

    def test_a_long_list_of_problems_is_cut_in_the_text_only(self) -> None:
        alert = Alert("blocked", "refresh", "/home", None, None, tuple(f"problem {number}" for number in range(50)))
        assert "problem 19" in alert.text and "problem 20" not in alert.text and "and 30 more" in alert.text
        assert len(alert.document()["problems"]) == 50


def test_an_alert_that_cannot_be_raised_hides_no_failure(
    home: Home, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNDENWERT_ALERT_WEBHOOK", hook.url)
    home.root.mkdir()
    said: list[str] = []
    with pytest.raises(InputError, match="the failure"), Watch(home, "refresh", said.append) as watch:
        watch.has_run = True
        monkeypatch.setattr(alerts, "raise_due", lambda *_: 1 / 0)
        raise InputError("the failure")
    assert said == ["alerts: could not be raised: ZeroDivisionError: division by zero"]
    assert datetime.fromisoformat(json.loads((home.dagster / "alerts.json").read_text())["since"]) <= datetime.now(UTC)
