"""What was said during the night and when (``outcome/clock.csv``): running tallies, projections, who had declared."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from seeds.build.night2012_times import moment
from seeds.errors import SourceError
from seeds.labels import party_code
from seeds.readers.night2012 import ClockRow

COLUMNS = "time,by,fact,scope,party,value,words,source"
Row = tuple[str, str, str, str, str, float | None, str, str]

_PUBLISHERS = {
    "news-about-politics.blogspot.com": "Guardian live blog, as copied by a blog",
    "wrexham.com": "Wrexham.com",
    "bbc.com": "BBC News",
    "feeds.bbci.co.uk": "BBC News",
    "themj.co.uk": "The MJ",
    "www1.politicalbetting.com": "Political Betting",
    "huffingtonpost.co.uk": "Huffington Post UK",
    "ukpollingreport.co.uk": "UK Polling Report",
    "greatyarmouthmercury.co.uk": "Great Yarmouth Mercury",
    "uselectionatlas.org": "a forum post, its clock uncertain",
    "heart.co.uk": "Heart radio news",
    "caerphillyobserver.co.uk": "Caerphilly Observer",
    "thelincolnite.co.uk": "The Lincolnite",
    "wrp.org.uk": "News Line",
}
#: How the source documents word a fact -> our name of it and the party.
_FACTS = [
    (re.compile(r"(?P<party>.+) net councillors"), "net seats"),
    (re.compile(r"projected national share (?P<party>.+)"), "projected share"),
    (re.compile(r"councils gained by (?P<party>.+)"), "councils gained"),
    (re.compile(r"(?P<party>.+) seats gained"), "seats gained"),
]
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")


def _publisher(address: str) -> str:
    host = urlsplit(address).netloc.removeprefix("www.")
    if host not in _PUBLISHERS:
        raise SourceError(f"clock.csv: the publisher behind {host} is not named; add it to night2012_clock.py")
    return _PUBLISHERS[host]


def _value(text: str) -> float | None:
    found = _NUMBER.search(text)
    return float(found[0].replace(",", "")) if found else None


def _party(label: str) -> str:
    try:
        return party_code("night-2012", label)
    except SourceError:
        return ""


def _from_pages(clock: list[ClockRow], slug: Callable[[str], str]) -> list[Row]:
    out: list[Row] = []
    for r in clock:
        if r.note.startswith("expected before the night"):
            continue
        at = moment(r.time)
        time, by = (at.isoformat() if at else ""), ("1" if r.time.startswith("<=") else "0" if at else "")
        scopes = [slug(c) for c in r.councils] or ["Wales" if "(Wales)" in r.party else "England"]
        if not r.councils and r.kind in ("pns", "other"):
            scopes = ["GB"]
        party = _party(r.party.removesuffix(" (Wales)")) if r.party else ""
        source = _publisher(r.source)
        for scope in scopes:
            if r.kind == "pns":
                out.append((time, by, "projected share", scope, party, _value(r.value), r.note, source))
            elif r.kind == "council_declared":
                out.append((time, by, "seats after", scope, party, _value(r.value), r.note, source))
            elif r.kind == "national_tally":
                if r.change:
                    out.append((time, by, "net seats", scope, party, _value(r.change), r.note, source))
                if r.value:
                    out.append((time, by, "seats won", scope, party, _value(r.value), r.note, source))
            elif r.kind == "turnout":
                out.append((time, by, "turnout", scope, "", _value(r.value), r.note, source))
            else:
                out.append((time, by, "said", scope, party, _value(r.value), r.note, source))
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
        time = f["time_bst"].replace(" ", "T") if f["time_bst"] != "final" else ""
        words = "; ".join(x for x in (f["value"], f["note"]) if x)
        words += "; final" if f["time_bst"] == "final" else ""
        source = "document " + f["document"].removesuffix(".txt")
        for scope in f["scope"].split(";"):
            known = scope in ("GB", "England", "Wales", "Scotland", "London")
            place, by = scope if known else slug(scope), "0" if "T" in time else ""
            out.append((time, by, fact, place, party, _value(f["value"]), words, source))
    return out


def clock_rows(clock: list[ClockRow], facts: list[dict[str, str]], slug: Callable[[str], str]) -> list[Row]:
    """Rows of ``outcome/clock.csv``: by time, those without one last.

    ``slug`` turns a transcribed name of a council into its key, or returns what it does not know unchanged.
    """
    rows = _from_documents(facts, slug) + _from_pages(clock, slug)
    return sorted(rows, key=lambda r: (r[0] == "", r[0]))
