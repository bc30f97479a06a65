"""``pns import`` and ``pns build-packs``. Loaded only when one of them is called."""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from seeds.errors import PackError, SourceError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@contextmanager
def _whole(out: Path, force: bool) -> Iterator[Path]:
    """A folder beside ``out`` to write into, which takes its place only when all went well.

    Raises
    ------
    SourceError
        If something is there that may not be replaced, or the folder cannot be written; what was there then stays.
    """
    try:
        _check_free(out, force)
        out.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as why:
        raise _unwritten(out, why) from None
    try:
        yield temporary
        temporary.chmod(0o777 & ~_umask())
        _exchange(temporary, out)
    except OSError as why:
        raise _unwritten(out, why) from None
    except PackError as why:
        # The folder that it names is gone before anyone can look; drawn at random, its name can stand for nothing else.
        what = str(why).replace(str(temporary), str(out))
        raise SourceError(f"{what}; this is the pack as it would have been: nothing was written") from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _check_free(out: Path, force: bool) -> None:
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise SourceError(f"{out}: is a file or a link, which is never replaced; give a folder")
    if not out.exists() or not any(out.iterdir()):
        return
    if not force:
        raise SourceError(f"{out}: is there already; give another folder, or --force to replace it")
    if not (out / "election.toml").is_file():
        raise SourceError(
            f"{out}: holds no election.toml, so it is no pack, and --force replaces nothing else; give another folder"
        )


def _exchange(temporary: Path, out: Path) -> None:
    """Put a folder in another's place; if that fails, the other stays."""
    old = temporary.with_name(temporary.name + ".old")
    if out.exists():
        out.rename(old)
    try:
        temporary.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _unwritten(out: Path, why: OSError) -> SourceError:
    what = "free some space" if why.errno in (errno.ENOSPC, errno.EDQUOT) else "check the path and who may write there"
    return SourceError(f"{out}: cannot be written ({why.strerror or why}); {what}. Nothing was changed")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _day(text: str, what: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise SourceError(f"{what}: '{text}' is no date; write it as 2026-05-07") from None


def _dated(text: str) -> tuple[Path, dt.date]:
    """``FILE:DATE``, or a file whose name holds its date, as LEAP's do."""
    file, _, date = text.rpartition(":")
    if file and _DATE.fullmatch(date):
        return Path(file), _day(date, text)
    found = _DATE.search(Path(text).name)
    if not found:
        raise SourceError(f"--earlier {text}: say which polling day it is of, as FILE:2022-05-05")
    return Path(text), _day(found[0], text)


@click.command("import")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--tonight", "-t", multiple=True, required=True, type=click.Path(path_type=Path), help="File of the night."
)
@click.option("--date", "-d", required=True, help="Polling day, as 2026-05-07.")
@click.option("--earlier", "-e", multiple=True, metavar="FILE[:DATE]", help="File of an earlier election.")
@click.option(
    "--packs/--no-packs", default=True, help="Whether embedded packs stand in for earlier elections without a file."
)
@click.option("--labels", type=click.Path(path_type=Path), help="CSV of party labels: label,code[,name,family].")
@click.option("--key", help="Key of the pack; the folder's name if not given.")
@click.option("--name", help="Name of the election, for headings.")
@click.option("--outcome/--no-outcome", default=True, help="Whether to keep the results, for replays.")
@click.option("--force", is_flag=True, help="Replace a pack that is there.")
def import_(
    out: Path,
    tonight: tuple[Path, ...],
    date: str,
    earlier: tuple[str, ...],
    packs: bool,
    labels: Path | None,
    key: str | None,
    name: str | None,
    outcome: bool,
    force: bool,
) -> None:
    """Make a pack of another night, in folder OUT, from publishers' files.

    A file is a CSV of candidates of Democracy Club (for a night to come, too), a CSV of the Local Elections Archive
    Project or a workbook of the House of Commons Library, of the night
    (--tonight) or of an earlier polling day (--earlier); where no file is given of a day of which there is an embedded
    pack, that pack's results are used. Wards are matched to their earlier results by code, else by
    name; across a change of boundaries they are not. Who of the candidates sits already is told from the names of the
    winners when tonight's seats were last fought, if that file is given; so is what --net last compares with,
    where the same seats of the same wards were fought then. Who lives in a ward is told from the census of
    2011, which we keep. What was matched, dropped and could not be read is said.
    """
    from seeds.build.defended import write_defended
    from seeds.build.expected import write_expected
    from seeds.build.imported import make
    from seeds.expected import load_expected
    from seeds.pack import load_election, load_outcome
    from seeds.write import write_election, write_outcome

    day = _day(date, "--date")
    title = name or f"Elections of {day.day} {day:%B} {day.year}"
    made = make(key or out.name, title, day, tonight, [_dated(e) for e in earlier], labels, packs=packs)
    with _whole(out, force) as folder:
        write_election(folder, made.election, made.sources)
        if made.election.defended:
            write_defended(folder, made.election.defended)
        write_expected(folder, made.expected)
        load_expected(folder)
        load_election(folder)
        if outcome and made.results:
            write_outcome(folder, made.outcome)
            load_outcome(folder)
    for line in made.lines:
        click.echo(line)
    click.echo(f"written: {out}")


@click.command("build-packs")
@click.argument("shared", type=click.Path(path_type=Path))
@click.option("--only", multiple=True, help="Build this pack only (may be given again).")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write into; the embedded packs if not given.")
def build_packs(shared: Path, only: tuple[str, ...], out: Path | None) -> None:
    """Build the embedded packs and the table of councils again from the raw data in folder SHARED.

    The same files give the same bytes. What was matched, dropped and could not be read is said.
    """
    from seeds.build import census_table, compositions_table, councils_table, general_table, night2012
    from seeds.build.census_table import NAMED
    from seeds.build.packs import YEARS, write
    from seeds.build.raw import Raw
    from seeds.labels import TABLES
    from seeds.pack import PACKS

    keys = [night2012.KEY, *map(str, YEARS)]
    unknown = [k for k in only if k not in keys]
    if unknown:
        raise SourceError(f"--only {unknown[0]}: no such pack; there are {', '.join(keys)}")
    raw = Raw(shared)
    target = out or PACKS
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as why:
        raise _unwritten(target, why) from None
    if not only:
        councils_table.build(raw.folder, out / "tables" if out else TABLES)
        general_table.build(raw.folder, out / "tables" if out else TABLES)
        compositions_table.build(raw.folder, out / "tables" if out else TABLES)
        named = [c for year in NAMED for c in raw.year(year).contests]
        census_table.build(raw.folder, named, out / "tables" if out else TABLES)
    for key in [k for k in keys if not only or k in only]:
        if key == night2012.KEY:
            night2012.build(raw, target / key)
            click.echo(f"{key}: written")
            continue
        for line in write(raw, int(key), target).lines():
            click.echo(line)
    for problem in raw.archive_problems:
        click.echo(f"archives: {problem}")
