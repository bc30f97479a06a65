"""How published compositions of councils name parties: some always by name, the others now so and now in one lump."""

from __future__ import annotations

#: Where published compositions put the parties that they do not tell apart.
LUMP = "Oth"
#: Parties that every composition tells apart; what changed hands is told of these and of all others together.
TOLD_APART = frozenset({"Con", "Lab", "LD", "PC", "SNP"})
