"""What a net change on the seats before is measured against, in words, and what of it is not seen."""

from __future__ import annotations

from collections.abc import Sequence

from seeds.defended import derived_held_over
from seeds.types import Election


def before_words(election: Election, councils: Sequence[str]) -> tuple[str, str]:
    """What the seats before are: for the head of a column, and in a sentence."""
    may = {d.council: d for d in election.defended if d.basis == "may"}
    same = [c for c in councils if c in may and election.councils[c].seats_before == may[c].seats]
    if not councils or len(same) < len(councils):
        told = f", which for {len(same)} of {len(councils)} councils are those of last May" if same else ""
        return "on before", f"Change is on the seats before tonight, as the pack has them{told}."
    year = may[same[0]].year
    not_up = [x for c in councils if not (x := election.councils[c]).whole]
    unseen = [x for x in not_up if not derived_held_over(x)]
    words = (
        f"Change is on the seats before tonight, which this pack knows as of May {year}: it is May on May, and what "
        "changed hands between then and tonight is in it"
    )
    if not unseen:
        # What is held over is of tonight, and so nothing that members did since May is missing.
        return f"on May {year}", words + (", also of members who are not up." if not_up else ".")
    some = "" if len(unseen) == len(not_up) else f" in {len(unseen)} council{'s' * (len(unseen) != 1)}"
    return (
        f"on May {year}",
        f"{words}, but for members who are not up{some}, of whom only their council's seats afterwards tell, where "
        "they are declared.",
    )
