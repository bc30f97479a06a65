"""One council or one ward of a projection, what is still to come, and what is doubtful: for a terminal."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from projection.council_net import CouncilNet
from projection.items import words
from projection.narrow import Sheet, figure_tables
from projection.night import State
from projection.result import CouncilProjection, Projection
from projection.summary import LEVELS
from projection.words import chance, change, interval

#: Names of councils to come before the rest is only counted.
NAMES = 40


def to_come(projection: Projection, names: int = NAMES) -> str:
    """Councils that have not declared in full, largest first."""
    waiting = [c for c in projection.councils.values() if c.state != "declared"]
    waiting.sort(key=lambda c: (-(c.seats_up or c.contests_of), c.name))
    if not waiting:
        return "All councils are in."
    told = [f"{c.name} ({c.contests} of {c.contests_of})" if c.state == "partly" else c.name for c in waiting[:names]]
    rest = f" and {len(waiting) - names} more" if len(waiting) > names else ""
    return f"Still to come ({len(waiting)}): {', '.join(told)}{rest}."


def doubt_lines(state: State) -> list[str]:
    """What somebody should look at, a line each."""
    lines = [
        f"{'Held back' if d.held else 'Doubtful'}: entry {d.entry.id}, {d.entry.key}: {d.words}" for d in state.doubts
    ]
    for note in state.conflicts:
        stands = state.standing[note.subject or "", note.key or ""]
        lines.append(
            f"Conflict: {note.key}: {note.source} says {words(note.content or {})}; entry {stands.id} "
            f"({stands.source}) stands with {words(stands.content or {})}"
        )
    return lines


def night_dict(state: State) -> dict[str, Any]:
    """What the journal adds to a projection's JSON."""
    return {
        "last_entry": state.last.id if state.last else None,
        "doubts": [
            {"entry": d.entry.id, "key": d.entry.key, "guard": d.guard, "words": d.words, "held": d.held}
            for d in state.doubts
        ],
        "conflicts": [
            {
                "key": n.key,
                "source": n.source,
                "content": dict(n.content or {}),
                "stands": state.standing[n.subject or "", n.key or ""].id,
            }
            for n in state.conflicts
        ],
    }


def council_lines(council: CouncilProjection) -> str:
    """A council in a line: how far it is, and who will run it."""
    state = {"declared": "declared", "to come": "to come"}.get(
        council.state, f"{council.contests} of {council.contests_of} wards declared"
    )
    calls = "  ".join(f"{p} {chance(v, certain=council.state == 'declared')}" for p, v in council.control.items())
    up = f"{council.seats_up or 'unknown'} of {council.seats_total or 'unknown'} seats up"
    filled = sum(s.mean for s in council.after.values())
    vacant = round(council.seats_total - filled) if council.after and council.seats_total else 0
    if vacant > 0:
        up += f", {vacant} vacant afterwards"
    return (
        f"{council.name} ({council.region}): {state}; {up}; "
        f"control before {council.control_before or 'unknown'}, after: {calls or 'cannot be said'}"
    )


def council_tables(council: CouncilProjection, net: CouncilNet, width: int) -> list[Table]:
    """Seats of one council by party, and their change on one basis."""
    rows = []
    for party in dict.fromkeys([*council.won, *council.after, *(net.base or {})]):
        won, after, base = council.won.get(party), council.after.get(party), (net.base or {}).get(party, 0)
        if not base and not any(s and s.p95 for s in (won, after)):
            continue
        rows.append(
            (
                party,
                "unknown" if net.base is None else f"{base:,}",
                interval(won) if won else "",
                interval(after) if after else "unknown",
                change(net.change.get(party), after, base),
            )
        )
    heads = ("Party", net.held, "Won tonight", "After", f"Change {net.label}")
    return figure_tables(Sheet(council.name, heads, tuple(rows)), width)


def wards_table(projection: Projection, ballots: set[str]) -> Table:
    """Slates of some wards: who sits already, if anybody is known to, share of the best candidate, chance of a seat."""
    table = Table(
        title="Wards: share of the best candidate, mean and 90% interval",
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column("Ward", overflow="fold")
    table.add_column("", no_wrap=True)
    table.add_column("Seats", justify="right")
    table.add_column("Party", overflow="fold")
    w, shown = projection.wards, ""
    sit = any(n for n, ballot in zip(w.incumbents, w.ballot, strict=True) if ballot in ballots)
    for name in (*(["Sit already"] if sit else []), "Share %", "Wins a seat"):
        table.add_column(name, justify="right", no_wrap=name == "Share %")
    low, high = LEVELS.index(0.05), LEVELS.index(0.95)
    for i, ballot in enumerate(w.ballot):
        if ballot not in ballots:
            continue
        first, shown = ballot != shown, ballot
        share = f"{100 * w.share[i]:.1f}"
        if not w.declared[i]:
            share += f" ({100 * w.quantiles[i, low]:.0f}–{100 * w.quantiles[i, high]:.0f})"
        table.add_row(
            w.ward[i] if first else "",
            ("declared" if w.declared[i] else "to come") if first else "",
            str(w.seats[i]) if first else "",
            w.party[i],
            *([str(w.incumbents[i] or "")] if sit else []),
            share,
            chance(float(w.win[i]), certain=bool(w.declared[i])),
        )
    # Seats of the whole council say what its wards elected together; the draws of single wards do not know it.
    open_ = {w.council[i] for i, b in enumerate(w.ballot) if b in ballots and not w.declared[i]}
    told = [c.name for slug, c in projection.councils.items() if slug in open_ and c.state == "declared"]
    if told:
        table.caption = (
            f"The seats of {', '.join(told)} have been declared as a whole: chances of wards to come do not use that, "
            "and need not add up to it."
        )
    return table


def ward_dicts(projection: Projection, ballots: set[str]) -> list[dict[str, Any]]:
    """The same as plain values."""
    frame = projection.to_frame("wards")
    chosen = frame[frame["ballot_id"].isin(ballots)]
    return [{str(k): v for k, v in row.items()} for row in chosen.to_dict(orient="records")]
