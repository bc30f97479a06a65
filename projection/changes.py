"""What changed from one projection to the next, and which council moved which line."""

from __future__ import annotations

from dataclasses import dataclass

from projection.report import chance
from projection.result import NOC, CouncilProjection, Projection

#: Parties told of in a line.
PARTIES = 4


@dataclass(frozen=True, slots=True)
class Call:
    """A council whose control is called: declared in full, or near certain (``sure`` False)."""

    name: str
    before: str | None
    after: str
    sure: bool

    @property
    def words(self) -> str:
        """``Lab gain Thurrock from NOC``."""
        if self.after == NOC:
            verb = (
                f"{self.before} lose {self.name}, no overall control"
                if self.before
                else f"{self.name}: no overall control"
            )
        elif self.before:
            verb = f"{self.after} gain {self.name} from {self.before}"
        else:
            verb = f"{self.after} take {self.name} (control before unknown)"
        return verb if self.sure else f"{verb} ({chance(0.995)})"


def calls(projection: Projection, level: float = 0.99) -> list[Call]:
    """Councils gained and lost: those declared first, then those that the projection is sure of."""
    out = []
    for c in projection.councils.values():
        if c.control:
            after, p = next(iter(c.control.items()))
            sure = c.state == "declared" and p == 1.0
            if (sure or p > level) and after != c.control_before:
                out.append(Call(c.name, c.control_before, after, sure))
    return sorted(out, key=lambda x: (not x.sure, x.name))


def changes(old: Projection | None, new: Projection) -> list[str]:
    """What a reader wants to know of an update, a line each: the country first, then calls, then each council."""
    if old is None:
        return []
    moved = [c for slug, c in new.councils.items() if _moved(old.councils.get(slug), c)]
    lines, after = [], _after([c.name for c in moved])
    for party, now in list(new.pns.items())[:PARTIES]:
        was = old.pns.get(party)
        if was is not None and round(now.p50, 1) != round(was.p50, 1):
            step = round(now.p50, 1) - round(was.p50, 1)
            lines.append(f"PNS {party} {was.p50:.1f} to {now.p50:.1f} ({step:+.1f}){after}")
    for party, now in list(new.seats.items())[:PARTIES]:
        was = old.seats.get(party)
        if was is None or round(now.mean) == round(was.mean):
            continue
        own = [(c.name, _mean(c, party) - _mean(old.councils[c.council], party)) for c in moved]
        own = sorted(((n, d) for n, d in own if abs(d) >= 0.5), key=lambda x: -abs(x[1]))[:3]
        # Whoever checks the line has its figures alone: what is printed must add up.
        step = round(now.mean) - round(was.mean)
        elsewhere = step - sum(round(d) for _, d in own)
        parts = [f"{n} {round(d):+d}" for n, d in own] + [f"elsewhere {elsewhere:+d}"]
        lines.append(
            f"{party} seats {was.mean:,.0f} to {now.mean:,.0f} ({step:+d}): {', '.join(parts)}" + ("" if own else after)
        )
    told = {(c.name, c.after) for c in calls(old) if c.sure}
    lines += [c.words for c in calls(new) if c.sure and (c.name, c.after) not in told]
    return lines + [_council_line(old.councils[c.council], c) for c in moved if c.council in old.councils]


def _after(names: list[str], most: int = 4) -> str:
    """Whose results moved a line: of several in one update it cannot be told how much was whose."""
    if not names:
        return ""
    rest = len(names) - most
    return f", after {', '.join(names[:most])}" + (f" and {rest} more" if rest > 0 else "")


def _moved(old: CouncilProjection | None, new: CouncilProjection) -> bool:
    return (
        old is None
        or (old.state, old.contests) != (new.state, new.contests)
        or (
            new.state == "declared" and {p: s.p50 for p, s in old.won.items()} != {p: s.p50 for p, s in new.won.items()}
        )
    )


def _mean(council: CouncilProjection, party: str) -> float:
    return council.won[party].mean if party in council.won else 0.0


def _council_line(old: CouncilProjection, new: CouncilProjection) -> str:
    if new.state == "to come":
        return f"{new.name} withdrawn"
    what = "declared" if new.state == "declared" else f"{new.contests} of {new.contests_of} wards"
    parties = sorted(new.won, key=lambda p: -max(_mean(new, p), _mean(old, p)))[:PARTIES]
    seats = ", ".join(
        f"{p} {_mean(new, p):.0f} ({_mean(old, p):.1f} expected)"
        for p in parties
        if _mean(new, p) or _mean(old, p) >= 0.5
    )
    return f"{new.name} {what}" + (f": {seats}" if seats else "")
