"""The two ends of the flow as Dagster assets: from files to raw tables, from published tables to the served file."""

from collections.abc import Iterator
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetsDefinition,
    AssetSpec,
    Config,
    MaterializeResult,
    asset,
    multi_asset,
)
from pydantic import Field

from orchestration.publish import campaign
from orchestration.schedule.instance import WAREHOUSE_POOL
from orchestration.schedule.partitions import label_of, quarters
from orchestration.session import Session
from orchestration.transform.assets import translator
from orchestration.transform.parameters import parse_quarter

_RUN_TABLES = (
    ("run", "parameter"),
    ("run", "data_source"),
    ("ledger", "effective_tier"),
    ("ledger", "portfolio_zone"),
    ("ledger", "focus_slot"),
    ("ledger", "campaign_target"),
)


class LoadConfig(Config):
    """What a run is about. Without sources and landing folder, the home's landing folder is read."""

    sources: list[str] = Field(default=[], description="Sources as SYSTEM=PATH or SYSTEM:NAME=PATH")
    landing: str | None = Field(default=None, description="Folder with one folder a system")
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
    specs += [AssetSpec(list(key), group_name="run", kinds={"duckdb"}) for key in _RUN_TABLES]

    @multi_asset(name="load", specs=specs, pool=WAREHOUSE_POOL)
    def load(context: AssetExecutionContext, config: LoadConfig) -> Iterator[MaterializeResult[Any]]:
        with session.step():
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
    """Return the served file and Parquet, replaced in one step."""
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
        with session.step():
            done = session.pipeline().publish()
        return MaterializeResult(
            metadata={
                "file": str(session.home.served_file),
                "run": done.run_id,
                "rows": sum(done.tables.values()),
                **dict(done.key_figures),
            }
        )

    return publication


def campaign_asset(session: Session) -> AssetsDefinition:
    """Return the issued campaign list of a quarter."""

    @asset(
        key=["campaign_list"],
        deps=[["publication"]],
        partitions_def=quarters,
        group_name="publication",
        description="The list of the quarter's focus, frozen in the ledger and exported as CSV",
        kinds={"csv"},
    )
    def campaign_list(context: AssetExecutionContext) -> MaterializeResult[Any]:
        label = label_of(context.partition_key)
        issued = campaign.issue(session.home, parse_quarter(label, "quarter"))
        return MaterializeResult(
            metadata={
                "campaigns": ", ".join(one.campaign_id for one in issued),
                "files": ", ".join(str(one.path) for one in issued),
            }
        )

    return campaign_list
