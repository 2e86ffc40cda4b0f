"""Issuing a campaign list: a quarter's proposal is frozen in the ledger and exported for the people who work it.

The ledger comes first: one rename makes a version of a list issued. The exports follow from the ledger, so that a
process that is stopped in between leaves a state which the next issue or refresh completes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from orchestration import lock
from orchestration.home import Home
from orchestration.outcome import GateBlockedError, InputError
from orchestration.publish import campaign_export, ledger, snapshot
from orchestration.publish.snapshot import Publication
from orchestration.transform.parameters import quarter_label

_PROPOSAL = "served.published.campaign_targets"
_EXCLUSIONS = "served.published.campaign_exclusions"
# The proposal of a campaign that has an issued list already is not published; it stands in the warehouse.
_PROPOSAL_AGAIN = "warehouse.intermediate.int_campaign__selection"
_EXCLUSIONS_AGAIN = "warehouse.intermediate.int_campaign__place"
_CONTACTS = "warehouse.intermediate.int_campaign__contactable_member"
_POLICY = "warehouse.intermediate.int_policy__by_quarter"
_CALENDAR = "warehouse.policy.policy_campaign_calendar"

_NOTHING_YET = "home {}: nothing is published yet; run 'kundenwert refresh' first"


@dataclass(frozen=True)
class IssuedList:
    """An issued list: its campaign and version, its files, its size, and whether it was issued by this call.

    Attributes:
        campaign_id: Campaign.
        version: Newest version of its list.
        paths: Exports, the whole list first.
        treatment_count: Customers to be contacted.
        control_count: Customers held back.
        member_count: Contacts that may be written to.
        is_new: Whether this call issued the version.
        notes: What one should know of it, in sentences.
    """

    campaign_id: str
    version: int
    paths: tuple[Path, ...]
    treatment_count: int
    control_count: int
    member_count: int
    is_new: bool
    notes: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """The file with the whole list."""
        return self.paths[0]


def issue(home: Home, quarter: date, reason: str | None = None) -> list[IssuedList]:
    """Freeze and export the list of a quarter's focus. A list that was issued before stays as it is.

    With a ``reason`` the issued list gets a new version, drawn from what the last run computed.

    Raises InputError where there is nothing to issue or to issue again, and GateBlockedError where the last run was
    blocked: a list is frozen for good, and its contacts would come from data that a check refused.
    """
    label = quarter_label(quarter)
    if reason is not None and not reason.strip():
        raise InputError("--reissue: say why the list is issued again; the reason becomes part of the new version")
    if not home.root.exists():
        raise InputError(_NOTHING_YET.format(home.root))
    with lock.hold(home, f"campaign issue --quarter {label}"), duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        ledger.load(connection, home, ledger.CAMPAIGN_TABLES)
        issued = _issued_of(connection, quarter)
        if reason is not None and not issued:
            raise InputError(f"--reissue: no list was issued for {label}; issue the first version without --reissue")
        if issued and reason is None:
            return [_export(connection, home, campaign_id) for campaign_id in issued]
        publication = _attach(connection, home, label)
        if issued:
            assert reason is not None
            return [_issue_again(connection, home, publication, one, quarter, reason.strip()) for one in issued]
        campaign_id = _focus(connection, publication, quarter)
        return [_issue_first(connection, home, publication, campaign_id, quarter)]


def _issued_of(connection: duckdb.DuckDBPyConnection, quarter: date) -> list[str]:
    rows = connection.execute(
        "select distinct campaign_id from ledger.campaign_list where quarter_start_date = ? order by 1", [quarter]
    ).fetchall()
    return [row[0] for row in rows]


def _attach(connection: duckdb.DuckDBPyConnection, home: Home, label: str) -> Publication:
    """Attach the served file and the warehouse behind it.

    Raises GateBlockedError or InputError where the warehouse is not the one that the publication was made of.
    """
    publication = snapshot.current(home)
    if publication is None:
        raise InputError(_NOTHING_YET.format(home.root))
    if not home.warehouse.exists():
        raise InputError(
            f"{home.warehouse}: is missing, and with it who may be contacted; run 'kundenwert refresh' first"
        )
    connection.execute(f"attach '{_quoted(home.served_file)}' as served (read_only)")
    try:
        connection.execute(f"attach '{_quoted(home.warehouse)}' as warehouse (read_only)")
    except duckdb.IOException as error:
        raise InputError(f"{home.warehouse}: cannot be opened: {' '.join(str(error).split())}") from error
    [(run_id,)] = connection.execute("select snapshot_id from warehouse.run.parameter").fetchall()
    if run_id != publication.run_id:
        _refuse(connection, publication, run_id, label)
    present = connection.execute(
        "select count(*) from information_schema.tables"
        " where table_catalog || '.' || table_schema || '.' || table_name = ?",
        [_CONTACTS],
    ).fetchall()
    if present == [(0,)]:
        raise InputError(
            f"{home.warehouse}: was computed by an earlier release, which did not tell who may be contacted;"
            " run 'kundenwert refresh' first"
        )
    return publication


def _refuse(connection: duckdb.DuckDBPyConnection, publication: Publication, run_id: str, label: str) -> None:
    """Say why a run that came after the publication stands in the way."""
    failed = connection.execute(
        "select entity, check_name, observed, expected, remedy from warehouse.quality.gate_result"
        " where run_id = ? and severity = 'critical' and not is_passed order by all",
        [run_id],
    ).fetchall()
    remains = (
        f"no list was issued for {label}: it would be frozen from the publication of {publication.published_at} UTC,"
        " and its contacts from the data of the later run"
    )
    if failed:
        raise GateBlockedError(
            *(
                f"{entity}: {check}: {observed}, expected {expected}{f' ({remedy})' if remedy else ''}"
                for entity, check, observed, expected, remedy in failed
            ),
            f"{remains}; put right what blocked it and run 'kundenwert refresh' again",
        )
    raise InputError(f"the last run did not come to its end; {remains}; run 'kundenwert refresh' again")


def _focus(connection: duckdb.DuckDBPyConnection, publication: Publication, quarter: date) -> str:
    """Return the campaign whose proposal is to be issued. Raises InputError where there is none, or no single one."""
    label = quarter_label(quarter)
    proposed = connection.execute(
        "select target.campaign_id, max(calendar.status) as status"
        f" from {_PROPOSAL} as target left join served.published.campaign_calendar as calendar"
        " on calendar.campaign_id = target.campaign_id"
        " where target.quarter_start_date = ? group by target.campaign_id order by 1",
        [quarter],
    ).fetchall()
    if not proposed:
        raise InputError(_why_nothing(connection, publication, quarter))
    if (quarter, False) in _quarters(publication):
        raise InputError(
            f"--quarter {label}: the quarter is over; a list issued now would be measured as if it had been worked on"
        )
    active = [campaign for campaign, status in proposed if status == "ACTIVE"]
    chosen = active or [campaign for campaign, _ in proposed]
    if len(chosen) > 1:
        raise InputError(
            f"--quarter {label}: {', '.join(chosen)} are planned, and a quarter has one focus;"
            " set the status of one of them to ACTIVE in policy_campaign_calendar and run 'kundenwert refresh'"
        )
    return str(chosen[0])


def _why_nothing(connection: duckdb.DuckDBPyConnection, publication: Publication, quarter: date) -> str:
    """Say why the publication proposes no list for a quarter."""
    label = quarter_label(quarter)
    planned = connection.execute(
        "select campaign_id, status from served.published.campaign_calendar where quarter_start_date = ? order by 1",
        [quarter],
    ).fetchall()
    if planned:
        basis = _quarter_before(quarter)
        known = [first_day for first_day, _ in _quarters(publication)]
        names = ", ".join(campaign for campaign, _ in planned)
        if all(status == "DONE" for _, status in planned):
            return f"--quarter {label}: {names} is over (DONE) and was never issued; no list is made up afterwards"
        if basis not in known:
            last = f", which ends with {quarter_label(max(known))}" if known else ""
            return (
                f"--quarter {label}: the list of {names} rests on {quarter_label(basis)}, and that quarter is not in"
                f" the publication of {publication.published_at} UTC{last}; run 'kundenwert refresh' with its data"
            )
        [(excluded,)] = connection.execute(
            f"select count(*) from {_EXCLUSIONS} where quarter_start_date = ?", [quarter]
        ).fetchall()
        return (
            f"--quarter {label}: no customer can be selected for {names}; {excluded:,} are excluded, with their reasons"
            " in campaign_exclusions"
        )
    lists = connection.execute(f"select distinct quarter_start_date from {_PROPOSAL} order by 1").fetchall()
    there_are = ", ".join(quarter_label(row[0]) for row in lists)
    return (
        f"--quarter {label}: the publication holds no campaign list for this quarter"
        f"{f'; there are lists for {there_are}' if there_are else ''}"
    )


def _issue_first(
    connection: duckdb.DuckDBPyConnection, home: Home, publication: Publication, campaign_id: str, quarter: date
) -> IssuedList:
    rows = f"select * from {{}} where campaign_id = '{_escaped(campaign_id)}'"
    queries = _queries(connection, campaign_id, 1, None, rows.format(_PROPOSAL), rows.format(_EXCLUSIONS))
    ledger.record_campaign(connection, home, campaign_id, 1, queries)
    ledger.load(connection, home, ledger.CAMPAIGN_TABLES)
    notes = [_basis(connection, publication, quarter)]
    [status] = connection.execute(
        f"select status from {_CALENDAR} where campaign_id = ?", [campaign_id]
    ).fetchall() or [("missing",)]
    if status[0] != "ACTIVE":
        notes.append(f"the calendar says {status[0]}; set it to ACTIVE, so that other lists leave out these customers")
    return _export(connection, home, campaign_id, is_new=True, notes=notes)


def _issue_again(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    publication: Publication,
    campaign_id: str,
    quarter: date,
    reason: str,
) -> IssuedList:
    label = quarter_label(quarter)
    if (quarter, False) in _quarters(publication):
        raise InputError(
            f"--reissue: {label} is over; the results of {campaign_id} stand on the list that was worked on"
        )
    of_campaign = f"where campaign_id = '{_escaped(campaign_id)}'"
    [(proposed,)] = connection.execute(f"select count(*) from {_PROPOSAL_AGAIN} {of_campaign}").fetchall()
    if not proposed:
        raise InputError(
            f"--reissue: the last run selected nobody for {campaign_id}: its list rests on"
            f" {quarter_label(_quarter_before(quarter))}, which has to belong to the run"
        )
    [(before,)] = connection.execute(
        "select max(list_version) from ledger.campaign_list where campaign_id = ?", [campaign_id]
    ).fetchall()
    exclusions = f"select * from {_EXCLUSIONS_AGAIN} {of_campaign} and reason is not null"
    queries = _queries(
        connection, campaign_id, before + 1, reason, f"select * from {_PROPOSAL_AGAIN} {of_campaign}", exclusions
    )
    ledger.record_campaign(connection, home, campaign_id, before + 1, queries)
    ledger.load(connection, home, ledger.CAMPAIGN_TABLES)
    notes = [_basis(connection, publication, quarter)]
    [(added, dropped, now_control, now_treated)] = connection.execute(
        "select count(*) filter (where old.customer_id is null), count(*) filter (where new.customer_id is null),"
        " count(*) filter (where old.arm = 'TREATMENT' and new.arm = 'CONTROL'),"
        " count(*) filter (where old.arm = 'CONTROL' and new.arm = 'TREATMENT')"
        " from (select * from ledger.campaign_target where campaign_id = $1 and list_version = $2) as old"
        " full join (select * from ledger.campaign_target where campaign_id = $1 and list_version = $2 + 1) as new"
        " on new.customer_id = old.customer_id",
        [campaign_id, before],
    ).fetchall()
    notes.append(f"against version {before}: {added:,} customers are new, {dropped:,} are no longer on the list")
    if now_control or now_treated:
        notes.append(
            f"{now_control:,} customers to contact became control, {now_treated:,} of the control group are to be"
            " contacted; whoever was contacted already blurs the result"
        )
    return _export(connection, home, campaign_id, is_new=True, notes=notes)


def _basis(connection: duckdb.DuckDBPyConnection, publication: Publication, quarter: date) -> str:
    """Say what a list rests on, and how old that is."""
    before = _quarter_before(quarter)
    [(as_of, is_provisional)] = connection.execute(
        "select max(as_of_date), bool_or(is_provisional) from served.published.customer_segments"
        " where quarter_start_date = ?",
        [before],
    ).fetchall()
    sentence = (
        f"it rests on publication {publication.number} of {publication.published_at} UTC, {quarter_label(before)}"
        f" as of {as_of}"
    )
    if is_provisional:
        sentence += ", where that quarter was not complete; what is posted later changes nothing of the list"
    return sentence


def _queries(
    connection: duckdb.DuckDBPyConnection,
    campaign_id: str,
    version: int,
    reason: str | None,
    targets: str,
    exclusions: str,
) -> Mapping[str, str]:
    """Return the rows of each table of a version as a query, from those of a proposal."""
    frozen_at = _now().strftime("%Y-%m-%d %H:%M:%S")
    campaign = f"'{_escaped(campaign_id)}'"
    reason_given = "null" if reason is None else f"'{_escaped(reason)}'"
    known = {
        "list_version": str(version),
        "frozen_at": f"timestamp '{frozen_at}'",
        "customer_name": "customer.customer_name",
        "owner_rep_name": "rep.rep_name",
    }
    return {
        "campaign_list": (
            "select calendar.* exclude (control_ratio),"
            " coalesce(calendar.control_ratio, policy.campaign_control_ratio) as control_ratio,"
            f" basis.snapshot_quarter_start_date, {version} as list_version, {reason_given} as version_reason,"
            f" timestamp '{frozen_at}' as frozen_at, parameter.snapshot_id, parameter.policy_hash"
            f" from (select * from {_CALENDAR} where campaign_id = {campaign}) as calendar"
            " cross join warehouse.run.parameter as parameter"
            f" cross join (select max(snapshot_quarter_start_date) as snapshot_quarter_start_date from ({targets}))"
            f" as basis left join {_POLICY} as policy"
            " on policy.quarter_start_date = basis.snapshot_quarter_start_date"
        ),
        "campaign_target": (
            f"select {_columns(connection, 'campaign_target', targets, known)} from ({targets}) as proposal"
            " left join (select customer_id, max_by(customer_name, quarter_start_date) as customer_name"
            " from served.published.customer_segments group by customer_id) as customer"
            " on customer.customer_id = proposal.customer_id"
            " left join warehouse.marts.dim_rep as rep on rep.rep_id = proposal.owner_rep_id"
        ),
        "campaign_exclusion": (
            f"select {_columns(connection, 'campaign_exclusion', exclusions, known)} from ({exclusions}) as proposal"
        ),
        "campaign_member": (
            f"select distinct {campaign} as campaign_id, {version} as list_version, contact.customer_id,"
            f" contact.account_id, contact.contact_id from ({targets}) as proposal"
            f" inner join {_CONTACTS} as contact on contact.customer_id = proposal.customer_id"
            " where proposal.arm = 'TREATMENT'"
        ),
    }


def _columns(connection: duckdb.DuckDBPyConnection, table: str, query: str, known: Mapping[str, str]) -> str:
    """The columns of a ledger table, from what is known or from a proposal; null where that has not got them."""
    there = {row[0] for row in connection.execute(f"describe {query}").fetchall()}
    return ", ".join(
        f"{known.get(name) or (f'proposal.{name}' if name in there else 'null')} as {name}"
        for name in ledger.TABLES[table]
    )


def _export(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    campaign_id: str,
    *,
    is_new: bool = False,
    notes: Sequence[str] = (),
) -> IssuedList:
    """Write the exports that are missing and describe the newest version of a list."""
    campaign_export.write(connection, home, campaign_id)
    [(version,)] = connection.execute(
        "select max(list_version) from ledger.campaign_list where campaign_id = ?", [campaign_id]
    ).fetchall()
    [(treatment, control)] = connection.execute(
        "select count(*) filter (where arm = 'TREATMENT'), count(*) filter (where arm = 'CONTROL')"
        " from ledger.campaign_target where campaign_id = ? and list_version = ?",
        [campaign_id, version],
    ).fetchall()
    [(members,)] = connection.execute(
        "select count(distinct contact_id) from ledger.campaign_member where campaign_id = ? and list_version = ?",
        [campaign_id, version],
    ).fetchall()
    paths = tuple(campaign_export.paths_of(connection, home, campaign_id))
    return IssuedList(campaign_id, version, paths, treatment, control, members, is_new, tuple(notes))


def _now() -> datetime:
    return datetime.now(UTC)


def _quarters(publication: Publication) -> list[tuple[date, bool]]:
    return [(first_day, is_provisional) for first_day, is_provisional, *_ in snapshot.quarters_of(publication)]


def _quarter_before(quarter: date) -> date:
    return date(quarter.year - (quarter.month == 1), 10 if quarter.month == 1 else quarter.month - 3, 1)


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def _quoted(path: Path) -> str:
    return _escaped(str(path))
