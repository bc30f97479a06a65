"""How published compositions of councils name parties, some always by name, the others now so and now in one lump; and
who controls a council that no party does."""

from __future__ import annotations

#: Where published compositions put the parties that they do not tell apart.
LUMP = "Oth"
#: Control of a council of which no party has more than half: no overall control.
NOC = "NOC"
#: Parties that every composition tells apart; what changed hands is told of these and of all others together.
TOLD_APART = frozenset({"Con", "Lab", "LD", "PC", "SNP"})


def perhaps_one(name: str, other: str) -> bool:
    """Whether two names, of parties or of no overall control, may stand for one party, though nobody can say so.

    So it is with the lump and a party that compositions put there. Of two parties with names of their own it never is.
    """
    return name != other and LUMP in (name, other) and not {name, other} & {*TOLD_APART, NOC}
