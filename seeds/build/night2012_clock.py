"""What was said during the night and when (``outcome/clock.csv``): running tallies, projections, who had declared."""

from __future__ import annotations

import re
from collections.abc import Callable

from seeds.build.night2012_times import moment
from seeds.build.publishers import publisher
from seeds.errors import SourceError
from seeds.labels import party_code
from seeds.readers.night2012 import ClockRow

COLUMNS = "time,by,fact,scope,party,value,words,source"
Row = tuple[str, str, str, str, str, float | None, str, str]

#: How the source documents word a fact -> our name of it and the party.
_FACTS = [
    (re.compile(r"(?P<party>.+) net councillors"), "net seats"),
    (re.compile(r"(?P<party>.+) final net councillors forecast"), "forecast of final net seats"),
    (re.compile(r"projected national share (?P<party>.+)"), "projected share"),
    (re.compile(r"councils gained by (?P<party>.+) so far"), "councils gained so far"),
    (re.compile(r"councils gained by (?P<party>.+)"), "councils gained"),
    (re.compile(r"(?P<party>.+) seats gained"), "seats gained"),
]
#: Statements of other kinds that are kept, by time and council.
_SAID: dict[tuple[str, ...], str] = {
    ("23:15", "Great Yarmouth"): "first wards declared",
    ("00:33", "Cambridge"): "still counting",
    ("05:17-05:49", "Birmingham"): "share so far",
}
#: A forecast that a document states beside a running tally.
_FORECAST = re.compile(r"predicted to rise to (?P<value>[+-]\d+)")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")


def _value(text: str) -> float | None:
    found = _NUMBER.search(text)
    return float(found[0].replace(",", "")) if found else None


def _party(label: str) -> str:
    try:
        return party_code("night-2012", label)
    except SourceError:
        return ""


def _qualifier(note: str) -> str:
    return next((q for q in ("more than", "over", "nearly") if f"'{q} " in note), "")


def _from_pages(clock: list[ClockRow], slug: Callable[[str], str]) -> list[Row]:
    """Rows of the transcribed pages: facts and figures, not the pages' words."""
    out: list[Row] = []
    for r in clock:
        at = moment(r.time)
        time, by = (at.isoformat() if at else ""), ("1" if r.time.startswith("<=") else "0" if at else "")
        wales = "(Wales)" in r.party
        party = _party(r.party.removesuffix(" (Wales)")) if r.party else ""
        source = publisher(r.source)
        scopes = [slug(c) for c in r.councils] or ["Wales" if wales else "England"]
        said: list[tuple[str, str, float | None, str]] = []
        if r.kind == "council_declared" and r.value:
            # The round-up prints Castle Point's Canvey Island Independents as Labour.
            label = "Canvey Island Independent Party" if "Canvey" in r.note else party
            said.append(("seats after", label, _value(r.value), ""))
        elif r.kind == "council_declared" or (r.kind == "other" and by == "1" and r.councils):
            said.append(("declared", "", None, ""))
        elif r.kind == "pns":
            scopes, stage = ["GB"], "final" if "final" in r.note else "first"
            said.append(("projected share", party, _value(r.value), stage))
        elif r.kind == "national_tally":
            declared = f"{r.declared} councils declared" if r.declared else _qualifier(r.note)
            if r.declared:
                scopes = ["GB"]
            said += [("net seats", party, _value(r.change), declared)] if r.change else []
            said += [("seats won", party, _value(r.value), declared)] if r.value else []
        elif r.kind == "turnout":
            said.append(("turnout", "", _value(r.value), "projection of the night"))
        elif (r.time, *r.councils) in _SAID:
            said.append((_SAID[r.time, *r.councils], party, _value(r.value), ""))
        out += [
            (time, by, fact, scope, who, value, words, source) for scope in scopes for fact, who, value, words in said
        ]
    return out


def _from_documents(facts: list[dict[str, str]], slug: Callable[[str], str]) -> list[Row]:
    out: list[Row] = []
    for f in facts:
        if not f["time_bst"].startswith(("2012-", "final")):
            continue  # the documents also speak of 2014
        fact, party = f["fact"], ""
        for pattern, name in _FACTS:
            if match := pattern.fullmatch(fact):
                code = _party(match["party"]) or _party(match["party"] + "s")
                fact, party = (name, code) if code else (fact, "")
        day, _, hour = f["time_bst"].partition(" ")
        time = f"{day}T{hour}:00" if hour else "" if day == "final" else day
        words = "; ".join(x for x in (f["value"], f["note"]) if x)
        words += "; final" if f["time_bst"] == "final" else ""
        source = "document " + f["document"].removesuffix(".txt")
        for scope in f["scope"].split(";"):
            known = scope in ("GB", "England", "Wales", "Scotland", "London")
            place, by = scope if known else slug(scope), "0" if "T" in time else ""
            out.append((time, by, fact, place, party, _value(f["value"]), words, source))
            if fact == "net seats" and (more := _FORECAST.search(f["note"])):
                final = f"forecast of final {fact}"
                out.append((time, by, final, place, party, _value(more["value"]), more["value"], source))
    return out


def clock_rows(clock: list[ClockRow], facts: list[dict[str, str]], slug: Callable[[str], str]) -> list[Row]:
    """Rows of ``outcome/clock.csv``: by time, those without one last.

    ``slug`` turns a transcribed name of a council into its key, or returns what it does not know unchanged.
    """
    rows = _from_documents(facts, slug)
    have = {r[:6] for r in rows}
    rows += [r for r in _from_pages(clock, slug) if r[:6] not in have]
    return sorted(rows, key=lambda r: (r[0] == "", r[0]))
