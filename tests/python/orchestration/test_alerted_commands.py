"""The real command raises its alerts, once each, and ends as it would have without them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ..harness import Outcome, command, kundenwert
from ..small_company import invoice_lines, write_company
from .receivers import SECRET, free_port, mail_server, webhook
from .watching import kill, wait_for


def test_a_failure_before_there_is_a_run_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with webhook() as hook:
        monkeypatch.setenv("KUNDENWERT_ALERT_WEBHOOK", hook.url)
        outcome = kundenwert(tmp_path / "home", "refresh", "--landing", str(tmp_path / "absent"))
    assert outcome.code == 3, outcome.output
    [document] = hook.documents
    assert (document["outcome"], document["run_id"]) == ("bad input", None)
    assert "the landing folder does not exist" in document["problems"][0]


def test_a_receiver_that_is_down_changes_no_exit_code_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNDENWERT_ALERT_WEBHOOK", f"http://127.0.0.1:{free_port()}/{SECRET}")
    monkeypatch.setenv("KUNDENWERT_ALERT_MAIL_TO", "sales@example.org")
    outcome = kundenwert(tmp_path / "home", "refresh", "--landing", str(tmp_path / "absent"))
    assert outcome.code == 3, outcome.output
    assert (
        "the webhook about 'refresh: bad input' could not be delivered: 127.0.0.1 cannot be reached" in outcome.output
    )
    assert "alerts: KUNDENWERT_ALERT_SMTP is not set, so that no e-mail is sent" in outcome.output
    assert "the landing folder does not exist" in outcome.output
    assert SECRET not in outcome.output and "Traceback" not in outcome.output


def test_a_test_alert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = kundenwert(tmp_path, "alert")
    assert nobody.code == 3 and "nobody is told" in nobody.output
    with webhook() as hook:
        monkeypatch.setenv("KUNDENWERT_ALERT_WEBHOOK", hook.url)
        told = kundenwert(tmp_path, "alert")
        assert (told.code, told.output) == (0, "the webhook was delivered\n")
        hook.status = 500
        assert kundenwert(tmp_path, "alert").code == 1
    assert [document["event"] for document in hook.documents] == ["test"]


@pytest.mark.slow
@pytest.mark.long
def test_blocked_killed_and_successful_runs(
    published: Outcome, published_copy: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = published_copy()
    good = ("refresh", "--source", f"canonical={published.home.parent / 'delivery'}")
    late = "R99,1,invoice,K01,P1,2399-01-01,1,110.00,100.00,60.00,EUR\n"
    delivery = write_company(tmp_path / "late", invoice_line=invoice_lines() + late)
    bad = ("refresh", "--source", f"canonical={delivery}")
    with webhook() as hook, mail_server() as mailbox:
        monkeypatch.setenv("KUNDENWERT_ALERT_WEBHOOK", hook.url)
        monkeypatch.setenv("KUNDENWERT_ALERT_MAIL_TO", "sales@example.org")
        monkeypatch.setenv("KUNDENWERT_ALERT_SMTP", mailbox.address)

        process = command(home, *good)
        wait_for(process, "Loading files")
        kill(process)
        assert hook.documents == []

        # The killed run is found by the next one, which is blocked itself and cannot reach the webhook.
        hook.status = 503
        blocked = kundenwert(home, *bad)
        assert blocked.code == 2, blocked.output
        assert "answered with status 503" in blocked.output
        assert [str(message["Subject"]).split(" (")[0] for message in mailbox.messages] == [
            "Kundenwert refresh: stopped",
            "Kundenwert refresh: blocked",
        ]

        # A success is told to nobody, and passes on what the webhook missed.
        hook.status = 200
        assert kundenwert(home, *good).code == 0
        assert [document["outcome"] for document in hook.documents] == ["stopped", "blocked"]
        assert "posting_date not after the load date" in hook.documents[1]["problems"][0]
        assert len(mailbox.messages) == 2
