"""Names as a person types them: councils and wards completed, and votes in a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from projection.council_guards import most_up
from projection.reading import ballots_near, nearest, not_up
from projection.tables import Row, Table
from projection.totals import council_names
from seeds.errors import DeclarationError
from seeds.types import Contest, Election

_PART = re.compile(r"(?P<party>.*?\D)[\s=:]\s*(?P<numbers>\d+(?:\.\d+)?\s*\*?(?:\s*\+\s*\d+\s*\*?)*)")
_NEGATIVE = re.compile(r"(^|[\s=:+])-\d")
#: What an option's numbers are of.
_COUNTED = {"--votes": "votes", "--shares": "shares of the vote"}
#: Part of a council's seats afterwards that may be left without a name.
MOST_UNNAMED = 0.1
#: Written as ballot ids are: three parts or more, and no blank.
_BALLOT = re.compile(r"[^\s.]+(\.[^\s.]+){2,}")


def find_council(election: Election, text: str) -> str:
    """Slug of the council that a name, part of a name, slug or GSS code means.

    Raises
    ------
    DeclarationError
        If none or several are meant; the message names the nearest, or those several.
    """
    names = council_names(election)
    wanted = text.casefold().strip()
    if wanted in names:
        return names[wanted]
    hits = sorted({slug for name, slug in names.items() if wanted and name.startswith(wanted)})
    hits = hits or sorted({slug for name, slug in names.items() if wanted and wanted in name})
    if len(hits) == 1:
        return hits[0]
    if hits:
        raise DeclarationError(f"'{text}' may be {_either(election.councils[h].name for h in hits)}; write more of it")
    raise DeclarationError(
        not_up(election, text.strip())
        or f"'{text}' is no council of the pack {election.key}{nearest(wanted, names, names)}"
    )


def find_contest(election: Election, text: str, council: str | None = None) -> Contest:
    """The contest that a ballot id, ``council/ward``, ward's name or the beginning of one means.

    Raises
    ------
    DeclarationError
        If none or several are meant; the message names the nearest, or those several by ballot id.
    """
    if text in election.contests:
        return election.contests[text]
    if council is None and "/" in text:
        before, _, text = text.partition("/")
        council = find_council(election, before)
    wanted = text.casefold().strip()
    pool = [c for c in election.contests.values() if council is None or c.council == council]
    hits = [c for c in pool if c.ward.casefold() == wanted or (c.ward_gss or "").casefold() == wanted != ""]
    hits = hits or [c for c in pool if ward_slug(c) == wanted]
    hits = hits or [c for c in pool if ward_slug(c).partition(".")[0] == wanted]  # a by-election's ends with .by
    hits = hits or [c for c in pool if wanted and c.ward.casefold().startswith(wanted)]
    hits = hits or [c for c in pool if wanted and wanted in c.ward.casefold()]
    if len(hits) == 1:
        return hits[0]
    if hits:
        names = [f"{election.councils[c.council].name}/{c.ward} ({c.ballot_id})" for c in hits]
        raise DeclarationError(f"'{text}' may be {_either(names)}; write COUNCIL/WARD or the ballot id")
    where = f" in {election.councils[council].name}" if council else ""
    if _BALLOT.fullmatch(text.strip()):
        if words := not_up(election, text.strip(), ballot=True):
            raise DeclarationError(words)
        near = nearest(text.strip(), [c.ballot_id for c in pool] if council else ballots_near(election, text.strip()))
        raise DeclarationError(f"'{text}' is no ballot{where} of the pack {election.key}{near}")
    known = next((c for c in election.councils.values() if wanted in (c.name.casefold(), c.council)), None)
    if council is None and known:
        raise DeclarationError(f"'{text}' is a council; write {known.name}/ and the ward")
    near = nearest(text.strip(), {c.ward for c in pool})
    raise DeclarationError(f"'{text}' is no ward{where} of the pack {election.key}{near}")


def _either(names: Iterable[str], most: int = 5) -> str:
    names = list(names)
    return " or ".join(names[:most]) + (f" or one of {len(names) - most} more" if len(names) > most else "")


def complete_council(election: Election, text: str) -> list[str]:
    """Names of councils that begin so."""
    wanted = text.casefold()
    return sorted(c.name for c in election.councils.values() if c.name.casefold().startswith(wanted))


def complete_ward(election: Election, text: str, council: str | None = None) -> list[str]:
    """Wards that begin so: by name within a council, as ``council/ward`` otherwise; councils until a slash is typed."""
    return _wards(election, text, council, complete_council, lambda c: (c.ward,))


def _wards(
    election: Election,
    text: str,
    council: str | None,
    councils: Callable[[Election, str], list[str]],
    names: Callable[[Contest], tuple[str, ...]],
) -> list[str]:
    """Wards one of whose ``names`` begins so, by the first of them; ``councils`` until a slash is typed."""
    before, slash, ward = text.rpartition("/")
    if council is None and not slash:
        return [f"{name}/" for name in councils(election, text)]
    try:
        slug = council or find_council(election, before)
    except DeclarationError:
        return []
    head, wanted = f"{before}/" if slash else "", ward.casefold()
    wards = (names(c) for c in election.contests.values() if c.council == slug and c.status == "poll")
    return sorted({head + known[0] for known in wards if any(n.casefold().startswith(wanted) for n in known)})


def ward_slug(contest: Contest) -> str:
    """A ward as its ballot id writes it, without blanks; two contests in one ward differ."""
    return ".".join(contest.ballot_id.split(".")[2:-1])


def shell_councils(election: Election, text: str) -> list[str]:
    """Councils that begin so, for a shell: a name with a blank as its slug, since a shell would take it for two."""
    wanted = text.casefold()
    hits = [c for c in election.councils.values() if c.name.casefold().startswith(wanted) or c.council == wanted]
    hits += [c for c in election.councils.values() if c not in hits and c.council.startswith(wanted)]
    return sorted(c.council if " " in c.name else c.name for c in hits)


def shell_wards(election: Election, text: str, council: str | None = None) -> list[str]:
    """Wards that begin so, for a shell: ``council/ward`` as slugs, or the ward's alone within a council."""
    return _wards(election, text, council, shell_councils, lambda c: (ward_slug(c), c.ward))


def typed_votes(contest: Contest, text: str) -> Table:
    """``Con 950+700*, Lab 720+500`` as rows of one contest; a star marks the candidate before it as elected by lot.

    Raises
    ------
    DeclarationError
        If a part is not written as party and votes.
    """
    rows: list[dict[str, str]] = []
    for party, numbers in _parts("--votes", text):
        told = [(v.rstrip("* "), "t" if v.endswith("*") else "") for v in (n.strip() for n in numbers.split("+"))]
        for votes, lot in sorted(told, key=lambda x: (-float(x[0]), not x[1])):
            rows.append({"ballot_id": contest.ballot_id, "party": party, "votes": votes, "elected": lot})
    header = ["ballot_id", "party", "votes"]
    if any(r["elected"] for r in rows):
        _winners_above(rows, contest.seats)
        header.append("elected")
    return Table("--votes", header, [Row("--votes", n, r) for n, r in enumerate(rows, start=1)])


def _winners_above(rows: list[dict[str, str]], seats: int) -> None:
    """A star is put only where the lot fell: whoever has more votes than the last seat's is elected too."""
    ranked = sorted((float(r["votes"]) for r in rows), reverse=True)
    last = ranked[min(seats, len(ranked)) - 1]
    for r in rows:
        r["elected"] = "t" if r["elected"] or float(r["votes"]) > last else "f"


def typed_seats(
    election: Election, council: str, text: str, shares: str | None = None, after: str | None = None
) -> tuple[Table, int]:
    """``Lab 25, Con 21`` as rows of one council, and how many seats were not named.

    Seats that add to more than were up tonight are those of the whole council afterwards; there, a few seats that
    nobody is named for are the others'.

    Raises
    ------
    DeclarationError
        If a part is not written as party and number, or the seats are neither those won nor all afterwards.
    """
    told = {"seats": _numbers("--seats", text), "share": _numbers("--shares", shares or "")}
    told["after"] = _numbers("--after", after or "")
    known = election.councils[council]
    total = sum(float(v) for v in told["seats"].values())
    up = most_up(known)
    if up is not None and total > up and not told["after"]:
        told["after"], told["seats"] = told["seats"], {}
    named = round(sum(float(v) for v in told["after"].values()))
    rest = (known.seats_total or 0) - named if told["after"] else 0
    if rest <= 0 or "Oth" not in election.parties or {"Oth", "vacant"} & set(told["after"]):
        rest = 0
    elif rest > MOST_UNNAMED * (known.seats_total or 0):
        tonight = "" if up is None else f" the seats won tonight, {up} at most, or"
        raise DeclarationError(
            f"{council}: {named:g} seats are named where the council has {known.seats_total}; give{tonight} all that "
            f"it has afterwards, with {rest} for Oth or vacant if so many are neither"
        )
    else:
        told["after"]["Oth"] = str(rest)
    parties = dict.fromkeys(p for values in told.values() for p in values)
    rows = [{"council": council, "party": p} | {c: told[c].get(p, "") for c in told} for p in parties]
    if not rows:
        raise DeclarationError("--seats: is empty; write it as: Lab 25, Con 21")
    return Table("--seats", list(rows[0]), [Row("--seats", n, r) for n, r in enumerate(rows, start=1)]), rest


def _numbers(option: str, text: str) -> dict[str, str]:
    out: dict[str, str] = {}
    for party, number in _parts(option, text):
        if party in out:
            raise DeclarationError(f"{option}: {party} stands twice")
        out[party] = number.replace("*", "").strip()
    return out


def _parts(option: str, text: str) -> list[tuple[str, str]]:
    out = []
    for part in re.split(r"[,;]", text):
        if part.strip():
            if _NEGATIVE.search(part.strip()):
                what = _COUNTED.get(option, "seats")
                raise DeclarationError(f"{option}: '{part.strip()}': {what} cannot be negative; correct the number")
            found = _PART.fullmatch(part.strip())
            if found is None:
                raise DeclarationError(
                    f"{option}: '{part.strip()}' is not written as party and number, such as: Lab 25, Con 21"
                )
            out.append((found["party"].strip().rstrip(":="), found["numbers"]))
    return out
