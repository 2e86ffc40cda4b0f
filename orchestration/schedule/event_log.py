"""Dagster's SQLite run history, written with one kept connection a file.

The stock storage makes a new engine for every event and for every question whether a table exists: connection,
settings and compiled statements are thrown away each time, which takes some 20 ms. A run has about three events a model
and two a check, so a refresh would spend longer on its history than on its work. Files and tables are those of the
stock storage; either can read what the other wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from threading import RLock
from typing import Any, Self

import sqlalchemy
from dagster import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import StaticPool

# How many events that belong together are written in one transaction (DAGSTER_EVENT_BATCH_SIZE).
BATCH_SIZE = 1000


class KeptConnectionEventLog(SqliteEventLogStorage):
    """Run history in SQLite that keeps one connection a file for the life of the process."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._kept: dict[str, Connection] = {}
        self._kept_lock = RLock()
        self._migrated: dict[str, bool] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Build the storage from what dagster.yaml says."""
        return cls(inst_data=inst_data, **config_value)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Write events that belong together, as those that a run announces at its start, in one transaction a file."""
        shards = {INDEX_SHARD_NAME, *(event.run_id for event in events)}
        with ExitStack() as transactions:
            for shard in sorted(shards):
                transactions.enter_context(self._connect(shard))
            for event in events:
                self.store_event(event)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._kept_lock:
            connection = self._connection(shard)
            if connection.in_transaction():
                yield connection
            else:
                with connection.begin():
                    yield connection

    def _connection(self, shard: str) -> Connection:
        if shard not in self._kept:
            engine = self._engine(shard)
            self._initdb(engine)
            self._kept[shard] = engine.connect()
        return self._kept[shard]

    def _engine(self, shard: str) -> Engine:
        engine = sqlalchemy.create_engine(
            self.conn_string_for_shard(shard),
            poolclass=StaticPool,
            connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        )
        # The history may lose its last moments in a power cut, but never its consistency.
        sqlalchemy.event.listen(engine, "connect", lambda opened, _: opened.execute("pragma synchronous = normal"))
        return engine

    @cached_property
    def _tables(self) -> frozenset[str]:
        with self._connect(INDEX_SHARD_NAME) as connection:
            return frozenset(sqlalchemy.inspect(connection).get_table_names())

    def has_table(self, table_name: str) -> bool:
        """Whether the history has a table, as looked up once."""
        return table_name in self._tables

    def has_secondary_index(self, name: str) -> bool:
        """Whether a migration of the history's contents was made, as looked up once it was."""
        if not self._migrated.get(name):
            self._migrated[name] = super().has_secondary_index(name)
        return self._migrated[name]

    def _has_asset_key_index_cols_on_connection(self, conn: Connection) -> bool:
        # Part of the schema since 2021, and of every file that this version creates.
        return True

    def dispose(self) -> None:
        """Close what was kept open."""
        super().dispose()
        for connection in self._kept.values():
            connection.close()
            connection.engine.dispose()
        self._kept.clear()
