"""The two ends of the flow as Dagster assets: from files to raw tables, from published tables to the served file."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import duckdb
from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetMaterialization,
    AssetsDefinition,
    AssetSpec,
    BackfillPolicy,
    Config,
    FreshnessPolicy,
    MaterializeResult,
    TimeWindowPartitionsDefinition,
    asset,
    multi_asset,
)
from pydantic import Field

from orchestration.history import OUTCOME_TAG, PUBLISHED
from orchestration.home import Home
from orchestration.outcome import InputError
from orchestration.pipeline import Pipeline
from orchestration.publish import campaign
from orchestration.publish.snapshot import Publication, published_tables
from orchestration.publish.snapshot import quarters_of as quarters_of_publication
from orchestration.schedule.instance import WAREHOUSE_POOL
from orchestration.schedule.partitions import label_of, remember_first_quarter
from orchestration.session import Session, remember_sources
from orchestration.transform.assets import raise_if_skipped, translator
from orchestration.transform.parameters import quarter_label
from orchestration.transform.stages import INPUT
from orchestration.transform.stages import PUBLISHED as PUBLISHED_HALF

QUARTER_SNAPSHOT = AssetKey(["quarter_snapshot"])
CAMPAIGN_LIST = AssetKey(["campaign_list"])
SERVED = "served"
# What a run writes before its first model: what it was asked for, and what the ledger of the home holds.
_RUN_SCHEMAS = ("run", "ledger")


class SourceConfig(Config):
    """What a run reads. Without sources and landing folder: the home's landing folder, else what was read last."""

    sources: list[str] = Field(default=[], description="Sources as SYSTEM=PATH or SYSTEM:NAME=PATH")
    landing: str | None = Field(default=None, description="Folder with one folder a system")


class LoadConfig(SourceConfig):
    """What a run is about."""

    quarters: str | None = Field(default=None, description="Quarters as 2025Q1:2025Q4; by default the latest")


def raw_assets(session: Session) -> AssetsDefinition:
    """Return the raw tables of all declared systems, a group each, with the tables that describe the run."""
    specs = [
        AssetSpec(
            [source["schema"], source["name"]],
            group_name=source["schema"],
            description=f"Delivered rows of {source['name']} as they came, with load columns",
            kinds={"duckdb"},
        )
        for source in session.project.document["sources"].values()
        if source["schema"].startswith("raw_")
    ]
    specs += [
        AssetSpec(
            [source["schema"], source["name"]], group_name="run", description=source["description"], kinds={"duckdb"}
        )
        for source in session.project.document["sources"].values()
        if source["schema"] in _RUN_SCHEMAS
    ]

    @multi_asset(name="load", specs=specs, pool=WAREHOUSE_POOL)
    def load(context: AssetExecutionContext, config: LoadConfig) -> Iterator[MaterializeResult[Any]]:
        with session.step(context):
            report = session.begin(config.sources, config.landing, config.quarters).load()
        by_feed: dict[tuple[str, str], dict[str, int]] = {}
        for one in report.feeds:
            counts = by_feed.setdefault((f"raw_{one.system}", one.feed), {})
            for name in ("rows_in_table", "rows_read", "rows_loaded", "rows_quarantined", "files_loaded"):
                counts[name] = counts.get(name, 0) + getattr(one, name)
        for spec in specs:
            schema, name = spec.key.path
            yield MaterializeResult(asset_key=spec.key, metadata=by_feed.get((schema, name), {}))

    return load


def publication_asset(session: Session) -> AssetsDefinition:
    """Return the served file and Parquet, replaced in one step; tables and quarters become known as published."""
    manifest = session.project.document
    upstream = [
        translator.get_asset_spec(manifest, unique_id, None).key
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["schema"] == "published"
    ]

    @asset(
        key=["publication"],
        deps=upstream,
        group_name="publication",
        description="The file that BI tools read, and the same tables as Parquet",
        kinds={"duckdb", "parquet"},
        pool=WAREHOUSE_POOL,
    )
    def publication(context: AssetExecutionContext) -> MaterializeResult[Any]:
        with session.step(context):
            pipeline = session.pipeline()
            done = pipeline.publish()
            for table, rows in done.tables.items():
                context.log_event(AssetMaterialization([SERVED, table], metadata={"rows": rows}))
            for quarter in computed_quarters(pipeline):
                context.log_event(
                    AssetMaterialization(
                        QUARTER_SNAPSHOT, partition=quarter.isoformat(), metadata=figures_of(done, quarter)
                    )
                )
            for quarter in _newly_issued(context, session.home):
                context.log_event(AssetMaterialization(CAMPAIGN_LIST, partition=quarter.isoformat()))
        _note_published(context, session)
        return MaterializeResult(metadata=_metadata_of(session, done))

    return publication


def served_tables(session: Session, freshness: FreshnessPolicy) -> list[AssetSpec]:
    """Return the tables of the served file, each with its deadline.

    They are apart from the models of the same names: a model is computed before the gate, and what a gate blocked was
    computed but is not served.
    """
    return [
        AssetSpec(
            [SERVED, table.name],
            deps=[AssetKey(["published", table.name]), AssetKey(["publication"])],
            group_name=SERVED,
            description=f"As BI tools read it: {table.description}",
            kinds={"duckdb", "parquet"},
            freshness_policy=freshness,
        )
        for table in published_tables(session.project.document)
    ]


def quarter_asset(session: Session, quarters: TimeWindowPartitionsDefinition) -> AssetsDefinition:
    """Return the published quarters, each a partition.

    The daily run keeps the latest ones up to date. Materializing partitions computes the chosen quarters anew, all of
    them in one pass through the same steps as the daily run: load, gate, compute, gate, publish.
    """
    one_run = BackfillPolicy.single_run()

    @asset(
        key=QUARTER_SNAPSHOT,
        partitions_def=quarters,
        backfill_policy=one_run,
        group_name="quarters",
        description=(
            "A quarter of all published tables. Materialize partitions to compute closed quarters anew: the chosen"
            " range is one run, from the files to the publication"
        ),
        kinds={"duckdb", "parquet"},
        pool=WAREHOUSE_POOL,
    )
    def quarter_snapshot(context: AssetExecutionContext, config: SourceConfig) -> MaterializeResult[Any]:
        chosen = context.partition_key_range
        with session.step(context):
            pipeline = session.begin(config.sources, config.landing, f"{label_of(chosen.start)}:{label_of(chosen.end)}")
            pipeline.load()
            for half, layer in ((INPUT, "input_layer"), (PUBLISHED_HALF, "published")):
                raise_if_skipped(pipeline, pipeline.transform(half))
                if half is PUBLISHED_HALF:
                    _require_data(context.partition_keys, computed_quarters(pipeline))
                pipeline.gate(layer)
            done = pipeline.publish()
        for key in context.partition_keys:
            context.add_asset_metadata(figures_of(done, date.fromisoformat(key)), partition_key=key)
        _note_published(context, session)
        return MaterializeResult(metadata=_metadata_of(session, done))

    return quarter_snapshot


def computed_quarters(pipeline: Pipeline) -> list[date]:
    """Return the first days of the quarters that the run computed; also writes down how far back the data go."""
    with pipeline.warehouse() as connection:
        remember_first_quarter(pipeline.home, connection)
        rows = connection.execute("select quarter_start_date from marts.dim_quarter order by all").fetchall()
    return [row[0] for row in rows]


def figures_of(done: Publication, quarter: date) -> dict[str, Any]:
    """Return what a publication holds of a quarter, as metadata of its partition."""
    for first_day, is_provisional, customers, revenue in quarters_of_publication(done):
        if first_day == quarter:
            return {
                "customers": customers,
                "net revenue of twelve months": revenue or "none",
                "is provisional": is_provisional,
                "publication": done.number,
            }
    return {"customers": 0, "publication": done.number}


def _newly_issued(context: AssetExecutionContext, home: Home) -> list[date]:
    """Return the quarters whose list the command has issued since; Dagster does not know of them yet."""
    with duckdb.connect(str(home.served_file), read_only=True) as connection:
        rows = connection.execute(
            "select distinct quarter_start_date from published.campaign_calendar where list_version > 0 order by all"
        ).fetchall()
    known = context.instance.get_materialized_partitions(CAMPAIGN_LIST)
    return [quarter for (quarter,) in rows if quarter.isoformat() not in known]


def _has_campaign(home: Home, quarter: date) -> bool:
    """Whether the published calendar has a campaign for a quarter that is active or was issued already."""
    with duckdb.connect(str(home.served_file), read_only=True) as connection:
        [(count,)] = connection.execute(
            "select count(*) from published.campaign_calendar"
            " where quarter_start_date = ? and (status = 'ACTIVE' or list_version > 0)",
            [quarter],
        ).fetchall()
    return bool(count)


def _require_data(keys: Sequence[str], computed: Sequence[date]) -> None:
    """Raise InputError for chosen quarters that have no data: they must not count as computed."""
    missing = [label_of(key) for key in keys if date.fromisoformat(key) not in computed]
    if missing:
        until = f"; the latest posting is in {quarter_label(max(computed))}" if computed else ""
        raise InputError(f"{', '.join(missing)}: there are no postings yet{until}. Choose quarters up to that one")


def _note_published(context: AssetExecutionContext, session: Session) -> None:
    """Note in the history that the run published, and in the home what from; a schedule reads the same next time."""
    context.instance.add_run_tags(context.run.run_id, {OUTCOME_TAG: PUBLISHED})
    remember_sources(session.home, session.pipeline().request.sources)


def _metadata_of(session: Session, done: Publication) -> dict[str, Any]:
    return {
        "file": str(session.home.served_file),
        "run": done.run_id,
        "rows": sum(done.tables.values()),
        **dict(done.key_figures),
    }


def campaign_asset(session: Session, quarters: TimeWindowPartitionsDefinition) -> AssetsDefinition:
    """Return the issued campaign list of a quarter."""

    @asset(
        key=CAMPAIGN_LIST,
        deps=[["publication"]],
        partitions_def=quarters,
        group_name="quarters",
        description=(
            "The list of the quarter's focus, frozen in the ledger and exported. Run the job campaign, which refreshes"
            " and checks the tables first"
        ),
        kinds={"csv", "excel"},
        pool=WAREHOUSE_POOL,
    )
    def campaign_list(context: AssetExecutionContext) -> MaterializeResult[Any]:
        quarter = date.fromisoformat(context.partition_key)
        with session.step(context):
            if not _has_campaign(session.home, quarter):
                label = quarter_label(quarter)
                context.log.warning("The calendar has no active campaign for %s: no list was issued.", label)
                return MaterializeResult(metadata={"campaigns": f"none is active in {label}"})
            issued = campaign.issue(session.home, quarter)
        return MaterializeResult(
            metadata={
                "campaigns": ", ".join(one.campaign_id for one in issued),
                "customers to contact": sum(one.treatment_count for one in issued),
                "control group": sum(one.control_count for one in issued),
                "folder": str(session.home.exports / quarter_label(quarter)),
            }
        )

    return campaign_list
