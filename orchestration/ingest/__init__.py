"""Ingestion: delivered files become typed raw tables; what cannot be read goes to quarantine and is accounted for.

The rules for files are described in docs/files.md.
"""

from orchestration.ingest.errors import IngestError
from orchestration.ingest.feeds import Column, Feed, ReadOptions, System, load_systems
from orchestration.ingest.pipeline import FeedResult, IngestReport, ingest
from orchestration.ingest.sources import SourceSpec, discover_landing, parse_source

__all__ = [
    "Column",
    "Feed",
    "FeedResult",
    "IngestError",
    "IngestReport",
    "ReadOptions",
    "SourceSpec",
    "System",
    "discover_landing",
    "ingest",
    "load_systems",
    "parse_source",
]
