"""Where a file's marks of who was elected and its votes name different winners: what the import says of it."""

from __future__ import annotations

from seeds.councils import councils
from seeds.readers.contest import Reading, SourceContest

#: Contests that are named before the rest is only counted.
NAMED = 3


def against_votes(role: str, reading: Reading) -> list[str]:
    """A line on the contests whose marked winners have fewer votes than a candidate who is not marked; empty if none.

    Of Scottish contests that is as it should be: first preferences do not tell who is elected.
    """
    polled = [c for c in reading.contests if councils()[c.key].type != "SC"]
    odd = [(c, words) for c in polled if (words := _upside_down(c))]
    if not odd:
        return []
    named = "; ".join(f"{c.ward} of {c.council}: {words}" for c, words in odd[:NAMED])
    more = f"; and {len(odd) - NAMED} more" if len(odd) > NAMED else ""
    return [
        f"{role}: {reading.file}: in {len(odd)} of {len(polled)} contests a candidate is marked as elected who has "
        "fewer votes than one who is not; wards are counted by their votes, seats that councils won by the marks, so "
        f"look at the file: {named}{more}"
    ]


def _upside_down(c: SourceContest) -> str:
    """The last of the marked and the first of the others, where the first has more votes; else empty."""
    if c.uncontested or c.countermanded or any(x.elected is None for x in c.candidates):
        return ""
    marked = min((x for x in c.candidates if x.elected), key=lambda x: x.votes, default=None)
    other = max((x for x in c.candidates if not x.elected), key=lambda x: x.votes, default=None)
    if marked is None or other is None or marked.votes >= other.votes or not any(x.votes for x in c.candidates):
        return ""
    return f"{marked.party} marked with {marked.votes:,}, {other.party} not with {other.votes:,}"
