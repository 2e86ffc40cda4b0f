"""The `kundenwert` command."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from orchestration.home import Home
from orchestration.outcome import BAD_INPUT, BLOCKED, FAILED, PUBLISHED, failure_of
from orchestration.progress import Progress


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and end the process with its exit code."""
    code = run(sys.argv[1:] if arguments is None else arguments)
    # What a run had frozen is let go again: DuckDB complains at the exit about connections that nobody collects.
    gc.unfreeze()
    gc.collect()
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code: 0 published, 2 blocked, 3 bad input, 1 anything else."""
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as error:
        # argparse ends with 2 for a wrong option, which is our code for a blocked run.
        return BAD_INPUT if error.code else PUBLISHED
    home = Home.resolve(options.home)
    try:
        code: int = options.action(options, home)
        return code
    except KeyboardInterrupt:
        _complain("stopped; running the same command again continues safely")
        return FAILED
    except BaseException as error:
        return _explain(error, options.command, home)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kundenwert",
        description="From CRM and ERP files to cost to serve, share of wallet, segments and campaign lists.",
        epilog="Exit code 0: published. 2: a check blocked, the last publication still serves. 3: bad input. 1: else.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, help_text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_text, description=help_text)
        command.add_argument(
            "--home", metavar="DIR", help="folder for everything a run writes (KUNDENWERT_HOME, else ./home)"
        )
        return command

    def add_sources(command: argparse.ArgumentParser) -> None:
        command.add_argument(
            "--source", action="append", default=[], metavar="SYSTEM=PATH", help="source; SYSTEM:NAME=PATH for a second"
        )
        command.add_argument("--landing", metavar="DIR", help="folder with one folder a system, DIR/<system>/")
        command.add_argument(
            "--quarters",
            metavar="FIRST:LAST",
            help="quarters as 2012Q1:2012Q4 (default: the last twelve and the running)",
        )

    command = add("refresh", "Load what is new, compute, check and publish.")
    add_sources(command)
    command.set_defaults(action=_refresh)

    command = add("doctor", "Look at sources without loading them: structure, logic, key figures, cost of each gap.")
    add_sources(command)
    command.set_defaults(action=_doctor)

    command = add("status", "Last runs, what is published, what was blocked and why.")
    command.set_defaults(action=_status)

    campaign = commands.add_parser("campaign", help="Campaign lists.", description="Campaign lists.")
    verbs = campaign.add_subparsers(dest="verb", required=True, metavar="VERB")
    command = verbs.add_parser("issue", help="Freeze and export the list of a quarter's focus.")
    command.add_argument("--home", metavar="DIR", help="folder of the runs (KUNDENWERT_HOME, else ./home)")
    command.add_argument("--quarter", required=True, metavar="QUARTER", help="quarter of the campaign, as 2026Q4")
    command.add_argument("--reissue", metavar="REASON", help="issue a new version of an issued list, and say why")
    command.set_defaults(action=_issue)
    command = verbs.add_parser("results", help="Tell what the campaigns of a quarter brought, and export it.")
    command.add_argument("--home", metavar="DIR", help="folder of the runs (KUNDENWERT_HOME, else ./home)")
    command.add_argument("--quarter", required=True, metavar="QUARTER", help="quarter of the campaign, as 2026Q2")
    command.set_defaults(action=_results)

    command = add("demo", "Generate the demo company and publish its tables.")
    command.add_argument("--customers", type=int, metavar="N", help="number of customers")
    command.set_defaults(action=_demo)

    command = add("alert", "Send a test alert to the webhook and e-mail that the environment names.")
    command.set_defaults(action=_alert)

    command = add("ui", "Dagster's web interface on 127.0.0.1, with the runs of this home.")
    command.add_argument("--port", type=int, default=3000, metavar="PORT", help="port (default 3000)")
    command.set_defaults(action=_ui)
    return parser


def _refresh(options: argparse.Namespace, home: Home) -> int:
    from orchestration.pipeline import RunRequest
    from orchestration.refresh import refresh
    from orchestration.schedule.alerts import Watch
    from orchestration.session import sources_of
    from orchestration.status import print_publication
    from orchestration.transform.parameters import QuarterRange

    progress = Progress()
    quarters = QuarterRange.parse(options.quarters)
    home.prepare()
    with Watch(home, "refresh", _complain) as watch:
        sources = sources_of(options.source, options.landing, home)
        if not options.source and not options.landing:
            progress.say(f"          sources: {', '.join(f'{one.data_source}={one.path}' for one in sources)}")
        publication = refresh(home, RunRequest(sources, quarters), progress, watch)
    print_publication(home, publication, progress)
    return PUBLISHED


def _doctor(options: argparse.Namespace, home: Home) -> int:
    from orchestration.doctor import examine
    from orchestration.session import sources_of
    from orchestration.transform.parameters import QuarterRange

    quarters = QuarterRange.parse(options.quarters)
    home.prepare()
    return examine(home, sources_of(options.source, options.landing, home), quarters, Progress())


def _status(options: argparse.Namespace, home: Home) -> int:
    from orchestration.status import print_status

    print_status(home, Progress())
    return PUBLISHED


def _issue(options: argparse.Namespace, home: Home) -> int:
    from orchestration.publish.campaign import issue
    from orchestration.transform.parameters import parse_quarter

    quarter = parse_quarter(options.quarter, "--quarter")
    for issued in issue(home, quarter, options.reissue):
        state = "issued" if issued.is_new else "was issued before and stays as it is"
        print(
            f"{issued.campaign_id} {state}: {issued.treatment_count:,} customers to contact,"
            f" {issued.control_count:,} in the control group"
        )
        print(f"  version {issued.version}, {issued.member_count:,} contacts of customers to contact may be written to")
        for note in issued.notes:
            print(f"  note: {note}")
        for path in issued.paths:
            print(f"  {path}")
    return PUBLISHED


def _results(options: argparse.Namespace, home: Home) -> int:
    from orchestration.publish.campaign_result import effort, notes, results, returns, sentences
    from orchestration.transform.parameters import parse_quarter

    for result in results(home, parse_quarter(options.quarter, "--quarter")):
        main_figure = result.rows[0]
        print(
            f"{result.campaign_id}, version {main_figure['list_version']} of its list,"
            f" effect in the quarter to {main_figure['as_of_date']}"
        )
        for row in result.rows:
            for line in sentences(row):
                print(f"  {line}")
        for line in (*effort(main_figure), *returns(result.rows), *notes(result.rows)):
            print(f"  {line}")
        print(f"  {result.path}")
    return PUBLISHED


def _alert(options: argparse.Namespace, home: Home) -> int:
    from orchestration.schedule.alerts import send_test

    return PUBLISHED if send_test(home, print) else FAILED


def _demo(options: argparse.Namespace, home: Home) -> int:
    from orchestration.demo_run import run_demo

    return run_demo(home, options.customers, Progress())


def _ui(options: argparse.Namespace, home: Home) -> int:
    from orchestration.schedule.instance import write_settings

    home.prepare()
    write_settings(home)
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home.dagster),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        # Dagster recommends another command, which a project of this layout does not need.
        "PYTHONWARNINGS": "ignore:Function `dev_command`",
    }
    print(f"Dagster for {home.root} on http://127.0.0.1:{options.port}", flush=True)
    dagster = Path(sys.executable).parent / "dagster"
    arguments = ["dev", "-m", "orchestration.definitions", "-h", "127.0.0.1", "-p", str(options.port)]
    # A shell starts a background job with SIGINT ignored; Dagster then takes neither SIGINT nor SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execve(dagster, [str(dagster), *arguments], environment)


def _explain(error: BaseException, command: str, home: Home) -> int:
    """Tell a failure in sentences and return its exit code; the stack trace goes to the home's logs."""
    known = failure_of(error)
    if known is None:
        _complain(f"{command} failed: {type(error).__name__}: {error}")
        _complain(f"details: {_write_trace(error, command, home)}")
        return FAILED
    code, problems = known
    if code == BLOCKED:
        _complain("blocked: nothing was published, the last publication still serves. These checks failed:")
    elif code == BAD_INPUT:
        _complain(f"{command} did not start to publish; what has to be corrected:")
    else:
        _complain(f"{command} failed:")
    for problem in problems:
        _complain(f"  - {problem}")
    if code == FAILED:
        _complain(f"details: {_write_trace(error, command, home)}")
    return code


def _write_trace(error: BaseException, command: str, home: Home) -> Path | str:
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    path = home.logs / f"{command}-{moment}.log"
    try:
        home.logs.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError as problem:
        return f"could not be written to {path} ({problem.strerror})"
    return path


def _complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
