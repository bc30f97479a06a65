"""What a pack's tables must agree in, above all those that a person fills in by hand: seats, parties, shares."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from seeds.errors import PNSightError
from seeds.types import Council

OTHERS = "Oth"
#: Seats that may be vacant, so that those by party add to fewer than there are; in a large council a twentieth of all.
VACANT, OF_ALL = 3, 20
#: Part of a council's seats that are up from which it is elected whole, whatever is said of its cycle.
WHOLE = 0.9
#: A council that is elected whole may have been redrawn: it had at most so many times its seats before, or a part.
REDRAWN = 2.0
#: Percent that shares may add to: rounded figures do not always make a hundred.
MOST = 101.0


class Place(Protocol):
    """Where something stands that may be wrong: a row of a table, or a council that is being put together."""

    def fail(self, column: str, why: str) -> PNSightError:
        """An error that names the place and the column."""


def check_parties(row: Place, column: str, codes: Collection[str], parties: Collection[str]) -> None:
    """Stop at a party that the pack does not have; what a source does not tell apart is known to every pack.

    Raises
    ------
    PackError
        Naming file, row and column.
    """
    unknown = [code for code in codes if code not in parties and code != OTHERS]
    if unknown:
        raise row.fail(column, f"party '{unknown[0]}' is not in parties.csv; write its code, or add it there")


def check_shares(row: Place, column: str, shares: Mapping[str, float], parties: Collection[str]) -> None:
    """Stop at shares of unknown parties, or that add to more than a hundred per cent.

    Raises
    ------
    PackError
        Naming file, row and column.
    """
    check_parties(row, column, shares, parties)
    total = sum(shares.values())
    if total > MOST:
        raise row.fail(column, f"the shares add to {total:.4g} per cent; they can be 100 at most")


def check_council(row: Place, council: Council, parties: Collection[str]) -> None:
    """Stop if the seats of a council do not fit each other.

    Seats held over and seats up make all seats, seats before are about as many as there are now; a few may be vacant.
    Of a council that is elected whole none need be held over, and before it may have had others, since redrawn.

    Raises
    ------
    PackError
        Naming file, row and column.
    """
    before, held, total = council.seats_before, council.held_over, council.seats_total
    check_parties(row, "seats_before", before or {}, parties)
    check_parties(row, "held_over", held or {}, parties)
    if council.control_before not in (None, "NOC"):
        check_parties(row, "control_before", [council.control_before or ""], parties)
    if total is None:
        return
    up, vacant = council.seats_up, max(VACANT, total // OF_ALL)
    whole = council.cycle == "all" or (up is not None and up >= WHOLE * total)
    if up is not None and up > total:
        raise row.fail("seats_up", f"{up} seats are up, but the council has {total} (seats_total)")
    if held is not None and up is not None:
        kept = sum(held.values())
        if kept + up > total or (not whole and kept + up < total - vacant):
            raise row.fail(
                "held_over", f"{kept} seats held over and {up} up make {kept + up}, not the council's {total}"
            )
    if before is not None:
        had = sum(before.values())
        fits = total / REDRAWN <= had <= total * REDRAWN if whole else abs(had - total) <= vacant
        if not fits:
            raise row.fail("seats_before", f"adds to {had} seats, but the council has {total} (seats_total)")
