"""A refresh that is killed, twice and at different stages, while others look on and one tries to join in."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..harness import Outcome, command, kundenwert
from ..small_company import write_policy
from .watching import kill, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.long]


@dataclass(frozen=True)
class Story:
    """What each command of the story left behind, in its order."""

    first_pid: int
    rival: Outcome
    status_at_work: Outcome
    status_killed: Outcome
    had_published: bool
    finished: Outcome
    status_finished: Outcome


@pytest.fixture(scope="module")
def story(published: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A refresh killed after the input layer, again after the published tables, then left alone; in a new home."""
    home = tmp_path_factory.mktemp("killed") / "home"
    write_policy(home)
    # The parsed project, as `make setup` would have left it.
    shutil.copytree(published.home / "dbt_target", home / "dbt_target")
    refresh = ("refresh", "--source", f"canonical={published.home.parent / 'delivery'}")

    first = command(home, *refresh)
    wait_for(first, "Loading files")
    rival = kundenwert(home, *refresh)
    status_at_work = kundenwert(home, "status")
    if first.poll() is None:
        wait_for(first, "Building the input layer")
    kill(first)
    status_killed = kundenwert(home, "status")

    second = command(home, *refresh)
    wait_for(second, "Computing the published tables")
    kill(second)
    had_published = (home / "published").exists()

    finished = kundenwert(home, *refresh)
    status_finished = kundenwert(home, "status")
    return Story(first.pid, rival, status_at_work, status_killed, had_published, finished, status_finished)


def test_a_second_refresh_is_refused_and_told_who_is_at_work(story: Story) -> None:
    assert story.rival.code == 3, story.rival.output
    assert f"is in use by 'kundenwert refresh' (process {story.first_pid}, since " in story.rival.output
    assert str(story.rival.home) in story.rival.output
    assert "Traceback" not in story.rival.output


def test_status_answers_while_a_refresh_is_at_work(story: Story) -> None:
    assert story.status_at_work.code == 0, story.status_at_work.output
    assert "Nothing is published" in story.status_at_work.output


def test_a_killed_refresh_publishes_nothing_and_holds_nothing(story: Story) -> None:
    assert story.status_killed.code == 0, story.status_killed.output
    assert "Nothing is published" in story.status_killed.output
    assert not story.had_published
    assert story.finished.code == 0, story.finished.output


def test_the_same_command_again_publishes_what_an_undisturbed_run_does(story: Story, published: Outcome) -> None:
    assert story.finished.fingerprints() == published.fingerprints()
    assert len(story.finished.fingerprints()) > 10


def test_it_loads_no_file_twice(story: Story, published: Outcome) -> None:
    counts = "select feed, count(*), sum(rows_loaded) from ingest.load_file where is_current group by all order by all"
    assert story.finished.warehouse(counts) == published.warehouse(counts)
    assert "files known already" in story.finished.output


def test_the_history_says_which_runs_were_stopped(story: Story) -> None:
    lines = [line.split() for line in story.status_finished.output.splitlines() if " refresh " in line]
    assert [line[4] for line in lines] == ["published", "stopped", "stopped"]


def test_nothing_of_the_killed_runs_stays_behind(story: Story) -> None:
    home = story.finished.home
    assert [path.name for path in (home / "publications").iterdir()] == ["000001"]
    assert not list(home.glob(".published-*"))
    document = json.loads(Path(home / "published" / "publication.json").read_text(encoding="utf-8"))
    assert document["number"] == 1
    assert (home / "run.lock").read_text(encoding="utf-8") == ""
