"""Dagster's SQLite run history, written with one kept connection a file.

The stock storage makes a new engine for every event: connection, settings and compiled statements are thrown away each
time, which takes some 20 ms. A run has about three events a model and two a check, so a refresh would spend longer on
its history than on its work. Files and tables are those of the stock storage; either can read what the other wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import sqlalchemy
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import StaticPool


class KeptConnectionEventLog(SqliteEventLogStorage):
    """Run history in SQLite that keeps one connection a file for the life of the process."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Build the storage from what dagster.yaml says."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = sqlalchemy.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=StaticPool,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            # The history may lose its last moments in a power cut, but never its consistency.
            sqlalchemy.event.listen(
                engine,
                "connect",
                lambda connection, _: connection.execute("pragma synchronous = normal"),
            )
            self._initdb(engine)
            self._engines[shard] = engine
        return self._engines[shard]

    def _has_asset_key_index_cols_on_connection(self, conn: Connection) -> bool:
        # Part of the schema since 2021, and of every file that this version creates.
        return True

    def dispose(self) -> None:
        """Close what was kept open."""
        super().dispose()
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
