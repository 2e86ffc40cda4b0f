"""What the command tells about a home: what is published, and how the last runs ended."""

from __future__ import annotations

from orchestration.home import Home
from orchestration.progress import Progress
from orchestration.publish.snapshot import Publication, current


def print_publication(home: Home, publication: Publication, progress: Progress) -> None:
    """Say what is published, where, and the key figures."""
    progress.say()
    progress.say(f"Published (run {publication.run_id[:12]}, sources {', '.join(publication.data_sources)}):")
    width = max((len(name) for name in publication.tables), default=0)
    for name, rows in publication.tables.items():
        progress.say(f"  {name:<{width}}  {rows:>12,} rows")
    progress.say()
    width = max((len(label) for label, _ in publication.key_figures), default=0)
    for label, value in publication.key_figures:
        progress.say(f"  {label:<{width}}  {value}")
    progress.say()
    progress.say(f"  DuckDB file  {home.served_file}")
    progress.say(f"  Parquet      {home.published / 'parquet'}")


def print_status(home: Home, progress: Progress) -> None:
    """Say what is published, how the last runs ended, and what blocked the last one."""
    publication = current(home)
    if publication is None:
        progress.say(f"Nothing is published in {home.root}.")
    else:
        print_publication(home, publication, progress)
