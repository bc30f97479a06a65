"""Projections kept by what they were made from, in a file beside the night that can be thrown away at any time.

The key is a hash of the pack, the net set of declarations, the seed, the number of draws and the code and learned
scales that made it: a hit is what sampling again would give, and nothing else depends on it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from projection.items import Item, canonical
from projection.result import Projection
from seeds.types import Election

#: Projections kept; each is some 300 kB.
KEPT = 200
_TABLES = """
CREATE TABLE IF NOT EXISTS projection (key TEXT PRIMARY KEY, used INTEGER NOT NULL, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checked (entry INTEGER PRIMARY KEY);
"""


@cache
def code_digest() -> str:
    """Hash of the code and the learned scales behind a projection."""
    home = Path(__file__).resolve().parent.parent
    h = hashlib.sha256()
    for room in ("models", "projection", "seeds"):
        for file in sorted((home / room).rglob("*")):
            if file.suffix in (".py", ".json") and "build" not in file.parts:
                h.update(str(file.relative_to(home)).encode() + b"\0" + file.read_bytes())
    return h.hexdigest()


def key_of(election: Election, items: Iterable[Item], *, seed: int, draws: int) -> str:
    """Key of the projection of a net set of declarations, whatever order they stand in."""
    net = sorted([i.kind, i.key, canonical(i.content)] for i in items)
    return hashlib.sha256(json.dumps([code_digest(), election.sha256, net, seed, draws]).encode()).hexdigest()


class Cache:
    """The file beside a night. Whatever goes wrong with it, projections are only sampled again."""

    def __init__(self, night: Path) -> None:
        self.path = night.with_name(night.name + ".cache")

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=5, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = OFF")
            db.executescript(_TABLES)
        except sqlite3.DatabaseError:
            db.close()
            raise
        return db

    def get(self, key: str) -> Projection | None:
        """The projection of this key, if it is kept."""
        try:
            from projection.codec import loads

            with contextlib.closing(self._open()) as db:
                row = db.execute("SELECT data FROM projection WHERE key = ?", (key,)).fetchone()
                if row is None:
                    return None
                db.execute("UPDATE projection SET used = (SELECT max(used) + 1 FROM projection) WHERE key = ?", (key,))
            return loads(Projection, zlib.decompress(row[0]).decode())
        except (sqlite3.Error, OSError, ValueError, KeyError, TypeError, zlib.error):
            self._drop_if_broken()
            return None

    def put(self, key: str, projection: Projection) -> None:
        """Keep a projection; the ones used longest ago make room."""
        try:
            from projection.codec import dumps

            data = zlib.compress(dumps(projection).encode(), 1)
            with contextlib.closing(self._open()) as db:
                used = db.execute("SELECT ifnull(max(used), 0) + 1 FROM projection").fetchone()[0]
                db.execute("INSERT OR REPLACE INTO projection VALUES (?, ?, ?)", (key, used, data))
                db.execute(
                    "DELETE FROM projection WHERE key IN "
                    "(SELECT key FROM projection ORDER BY used DESC LIMIT -1 OFFSET ?)",
                    (KEPT,),
                )
        except (sqlite3.Error, OSError):
            self._drop_if_broken()

    def checked(self) -> set[int]:
        """Entries of the journal that the model has been asked about."""
        try:
            with contextlib.closing(self._open()) as db:
                return {n for (n,) in db.execute("SELECT entry FROM checked")}
        except (sqlite3.Error, OSError):
            self._drop_if_broken()
            return set()

    def mark_checked(self, entries: Iterable[int]) -> None:
        """Note that the model has been asked about them."""
        try:
            with contextlib.closing(self._open()) as db:
                db.executemany("INSERT OR IGNORE INTO checked VALUES (?)", [(n,) for n in entries])
        except (sqlite3.Error, OSError):
            self._drop_if_broken()

    def _drop_if_broken(self) -> None:
        """Throw the file away unless it is merely busy or in a place that cannot be written."""
        with contextlib.suppress(sqlite3.Error, OSError):
            try:
                with contextlib.closing(self._open()) as db:
                    db.execute("PRAGMA quick_check").fetchone()
            except sqlite3.DatabaseError as why:
                if "locked" not in str(why) and "unable" not in str(why) and "readonly" not in str(why):
                    for end in ("", "-wal", "-shm"):
                        self.path.with_name(self.path.name + end).unlink(missing_ok=True)
