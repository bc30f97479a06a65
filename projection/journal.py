"""The journal of a night: one SQLite file, append-only, durable before it answers.

Write-ahead logging lets readers read while others write; ``synchronous=FULL`` makes every commit reach the disk before
it is acknowledged; ``BEGIN IMMEDIATE`` lets one writer decide and append at a time, others wait. Triggers refuse to
change or delete an entry. What the entries mean is for :mod:`projection.night`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from projection.items import Content, canonical, digest
from projection.places import no_place
from seeds.errors import NightError
from seeds.memory import all_kept

EntryKind = Literal["declare", "correct", "retract", "undo", "note", "confirm", "flag"]
#: "PNSn" in ASCII: says that a SQLite file is a night.
APPLICATION = 0x504E536E
SCHEMA = 1
#: Seconds that a writer waits for another.
PATIENCE = 30.0
NEVER = dt.datetime(1, 1, 1, tzinfo=dt.UTC)

_TABLES = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ({", ".join(f"'{k}'" for k in get_args(EntryKind))})),
    subject TEXT CHECK (subject IN ('contest', 'council')),
    key TEXT,
    content TEXT,
    hash TEXT,
    source TEXT NOT NULL,
    author TEXT NOT NULL,
    why TEXT NOT NULL,
    refers INTEGER,
    held INTEGER NOT NULL,
    flags TEXT NOT NULL
);
CREATE INDEX entry_key ON entry (subject, key);
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entry_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {SCHEMA};
"""
_COLUMNS = "id, batch, at, kind, subject, key, content, hash, source, author, why, refers, held, flags"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    ``batch`` is the id of the first entry of the same command or reading. ``source`` says where it came from (file,
    address, "typed"), ``author`` who wrote it. ``refers`` is the entry that a confirmation or flag is about, or the
    batch that is undone. ``held``: not in force until it is confirmed. ``flags`` are guards' doubts as
    ``(guard, words)``. ``id``, ``batch`` and ``at`` are set when it is appended.
    """

    kind: EntryKind
    source: str
    author: str
    subject: str | None = None
    key: str | None = None
    content: Content | None = None
    why: str = ""
    refers: int | None = None
    held: bool = False
    flags: tuple[tuple[str, str], ...] = ()
    id: int = 0
    batch: int = 0
    at: dt.datetime = NEVER
    hash: str | None = None


class Unread(Mapping[str, Any]):
    """A content that is read when it is first asked for: most of a journal's thousands never are."""

    __slots__ = ("_text", "_value")

    def __init__(self, text: str) -> None:
        self._text = text
        self._value: dict[str, Any] | None = None

    def _read(self) -> dict[str, Any]:
        if self._value is None:
            self._value = json.loads(self._text)
        return self._value

    def __getitem__(self, key: str) -> Any:
        return self._read()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return repr(self._read())


def now() -> dt.datetime:
    """The time that entries carry."""
    return dt.datetime.now(dt.UTC)


def create(path: Path, meta: Mapping[str, str]) -> None:
    """Make a night's file, whole or not at all, and never over another.

    Raises
    ------
    NightError
        If there is something at ``path`` already, its folder is not there, or it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.new")
    taken = NightError(f"{path}: exists already; a night is never overwritten. Choose another name or move it away")
    if path.exists():
        raise taken
    if why_not := no_place(path):
        raise NightError(why_not)
    try:
        with contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as db:
            db.execute("PRAGMA synchronous = FULL")
            db.executescript(f"BEGIN; {_TABLES} COMMIT;")
            db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
            db.execute("PRAGMA journal_mode = WAL")
        try:
            os.link(draft, path)  # fails where the name is taken, also by someone in this very moment
        except FileExistsError:
            raise taken from None
        except OSError:  # no hard links on this file system
            os.rename(draft, path)
        _sync_folder(path.parent)
    except (OSError, sqlite3.Error) as why:
        raise NightError(f"{path}: cannot be made ({why})") from None
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every system lets a folder be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class Journal:
    """An open journal; use it in a ``with`` block. One per thread."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        if not self.path.is_file():
            raise NightError(f"{path}: no such night; make one with: pns open PACK --as {path}")
        with self._told():
            # Never created by opening: a misspelt name is no empty night.
            uri = f"{self.path.resolve().as_uri()}?mode=rw"
            self._db = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)
        try:
            with self._told():
                mark = self._db.execute("PRAGMA application_id").fetchone()[0]
                version = self._db.execute("PRAGMA user_version").fetchone()[0]
                if mark != APPLICATION:
                    raise NightError(f"{path}: is no night of PNSight; make one with: pns open PACK --as FILE")
                if version != SCHEMA:
                    raise NightError(
                        f"{path}: its journal has schema {version}, this PNSight reads {SCHEMA}; "
                        "use the version that made it"
                    )
                self._db.execute("PRAGMA synchronous = FULL")
                self.meta: dict[str, str] = dict(self._db.execute("SELECT key, value FROM meta"))
        except NightError:
            self._db.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's errors as ours."""
        try:
            yield
        except sqlite3.DatabaseError as why:
            if "locked" in str(why) or "busy" in str(why):
                hint = f"another process has been writing for {PATIENCE:.0f} seconds; try again"
            elif "not a database" in str(why):
                hint = "is no night of PNSight; make one with: pns open PACK --as FILE"
            else:
                hint = f"the journal cannot be used ({why})"
            raise NightError(f"{self.path}: {hint}") from None

    def entries(self, until: dt.datetime | None = None, after: int = 0) -> list[Entry]:
        """Entries in order, up to a moment (inclusive), with ids above ``after``."""
        with self._told(), all_kept():
            query = f"SELECT {_COLUMNS} FROM entry WHERE id > ? AND at <= ? ORDER BY id"
            return [_entry(row) for row in self._db.execute(query, (after, _stamp(until) if until else "9999"))]

    def last_id(self) -> int:
        """Id of the latest entry, 0 for none: cheap to ask again and again."""
        with self._told():
            return int(self._db.execute("SELECT ifnull(max(id), 0) FROM entry").fetchone()[0])

    def append(self, decide: Callable[[list[Entry]], Sequence[Entry]]) -> list[Entry]:
        """Append what ``decide`` makes of the entries so far, all or nothing, durably; nobody writes in between.

        Whatever ``decide`` raises leaves the journal as it was. Times never run backwards in a journal, whatever the
        clock does.
        """
        with self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                known = self.entries()
                out = []
                batch = first = (known[-1].id if known else 0) + 1
                at = max(now(), known[-1].at) if known else now()
                for number, draft in enumerate(decide(known), start=first):
                    text = None if draft.content is None else canonical(draft.content)
                    mark = None if draft.content is None else digest(draft.content)
                    entry = replace(draft, id=number, batch=batch, at=at, hash=mark)
                    self._db.execute(
                        f"INSERT INTO entry ({_COLUMNS}) VALUES ({', '.join('?' * 14)})",
                        (
                            number, batch, _stamp(at), entry.kind, entry.subject, entry.key, text, mark, entry.source,
                            entry.author, entry.why, entry.refers, int(entry.held), json.dumps(entry.flags),
                        ),
                    )  # fmt: skip
                    out.append(entry)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            return out

    def check(self) -> str:
        """SQLite's own check of the file: "ok" or what is wrong."""
        with self._told():
            return str(self._db.execute("PRAGMA integrity_check").fetchone()[0])


def _stamp(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _entry(row: tuple[Any, ...]) -> Entry:
    number, batch, at, kind, subject, key, content, mark, source, author, why, refers, held, flags = row
    return Entry(
        kind=kind,
        source=source,
        author=author,
        subject=subject,
        key=key,
        content=None if content is None else Unread(content),
        why=why,
        refers=refers,
        held=bool(held),
        flags=tuple((g, w) for g, w in json.loads(flags)) if flags != "[]" else (),
        id=number,
        batch=batch,
        at=dt.datetime.fromisoformat(at),
        hash=mark,
    )
