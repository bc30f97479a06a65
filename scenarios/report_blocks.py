"""The report of a night in blocks of text and as plain values."""

from __future__ import annotations

import dataclasses
from typing import Any

from projection.bases import on_basis
from projection.pns_result import OTHERS_LINE
from projection.summary import Summary
from projection.words import interval
from scenarios.comparison import NET
from scenarios.document import Block, Grid, Heading, Items, Para
from scenarios.moments import MAIN, Moment
from scenarios.night_report import Chapter, Report

_HEAD = ("What", "Of", "Party", "They said", "Ours, like for like", "Ours, whole night projected", "Source")
_NUMBERS = frozenset({3, 4, 5})


def report_blocks(report: Report, command: str = "") -> list[Block]:
    """The report for people. ``command`` is what was typed to make it."""
    election = report.election
    blocks: list[Block] = [Heading(f"{election.name}: ours beside what was said", 1)]
    if command:
        blocks += [Para("Made by this command; the same pack and seed give the same text:"), Para(command, code=True)]
    blocks.append(
        Para(
            "Like for like: a running tally stands beside our count of what had declared by then, a forecast or a "
            "projected share beside our projection at that moment, which knows nothing of later. Figures in brackets "
            f"are 90% intervals from {report.draws:,} draws, seed {report.seed}; a figure without brackets is a "
            "count, or the same at both ends of its interval."
        )
    )
    if report.missing:
        blocks += [Heading("What to know first"), Items(report.missing)]
    if len(report.chapters) > 1:
        blocks += [Heading("Our projection through the night"), *_through(report)]
    blocks += [Heading("Net change, by what it is measured against"), *_bases(report)]
    for chapter in report.chapters:
        blocks += [Heading(chapter.title), Para(chapter.rests_on)]
        blocks += [_grid(chapter)] if chapter.lines else []
        blocks += [Para(" ".join(chapter.remarks))] if chapter.remarks else []
    if report.left:
        blocks += [
            Heading("Not compared"),
            Para("No time is given for these, or the engine has no such figure:"),
            Items(report.left),
        ]
    return blocks


def _grid(chapter: Chapter) -> Grid:
    rows = [(x.what, x.scope, x.party, x.theirs, x.like, x.night, x.source) for x in chapter.lines]
    return Grid(_HEAD, rows, _NUMBERS)


def _net(m: Moment, party: str) -> Summary:
    return m.net(party, m.tally.layout.councils)


def _through(report: Report) -> list[Block]:
    """Our projected change and share at each moment, and whether the intervals held our own count at the end."""
    end = report.chapters[-1].moment
    held, of = 0, 0
    rows = []
    for chapter in report.chapters:
        m, cells = chapter.moment, []
        for party in ("Lab", "Con", "LD"):
            own, final = _net(m, party), _net(end, party).p50
            inside = own.p05 <= final <= own.p95
            if own.p05 < own.p95:
                held, of = held + inside, of + 1
            cells.append(interval(own, signed=True) + ("" if inside else " outside"))
        shares = [(p, m.share(p)) for p in ("Lab", "Con", "LD")]
        told = ", ".join(f"{p} {interval(s, 1)}" for p, s in shares if s)
        rows.append((chapter.title, f"{m.projection.declared.councils}", *cells, told))
    scope = end.projection.scope
    head = ("At", "Councils", "Lab net", "Con net", "LD net", "Projected national share, %")
    return [
        Para(
            f"Net change over the whole night in {scope.net_councils} councils, declared and still to come. "
            f"{scope.net_words} The last row is our own count of the result: {held} of {of} intervals "
            "hold it (many of them rest on the same councils)."
        ),
        Grid(head, rows, frozenset({1, 2, 3, 4})),
    ]


def _bases(report: Report) -> list[Block]:
    """Our count at the end on each basis that the pack has, and the published figures."""
    last = report.chapters[-1]
    projection = last.moment.projection
    label = projection.scope.net_label
    told = [projection, *(on_basis(projection, b) for b, n in projection.nets.items() if n.label != label)]
    rows = []
    for p in told:
        cells = [interval(p.net[x], signed=True) if x in p.net else "0" for x in ("Lab", "Con", "LD")]
        rows.append((f"ours, {p.scope.net_label}", f"{p.scope.net_councils}", *cells))
    published = {x.party: x.theirs for x in last.lines if x.what == NET and x.scope == "GB"}
    if published:
        rows.append(
            ("published, Great Britain with Scotland", "", *(published.get(x, "") for x in ("Lab", "Con", "LD")))
        )
    words = " ".join(dict.fromkeys(p.scope.net_words for p in told))
    head = ("At the end", "Councils", "Lab", "Con", "LD")
    return [Para(words), Grid(head, rows, frozenset({1, 2, 3, 4}))]


def report_dict(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "election": report.election.key,
        "seed": report.seed,
        "draws": report.draws,
        "missing": list(report.missing),
        "moments": [_moment_dict(c) for c in report.chapters],
        "not_compared": list(report.left),
    }


def _moment_dict(chapter: Chapter) -> dict[str, Any]:
    m = chapter.moment
    return {
        "title": chapter.title,
        "at": m.at.isoformat() if m.at else None,
        "councils": len(m.councils),
        "councils_later": len(m.later),
        "imputed": m.imputed,
        "net": {p: _net(m, p).as_dict() for p in MAIN},
        "net_words": m.projection.scope.net_words,
        "net_by": {basis: n.as_dict() for basis, n in m.projection.nets.items()},
        "pns": {p: s.as_dict() for p in (*MAIN, OTHERS_LINE) if (s := m.share(p))},
        "lines": [dataclasses.asdict(line) for line in chapter.lines],
        "remarks": list(chapter.remarks),
    }
