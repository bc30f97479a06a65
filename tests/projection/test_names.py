"""A name that is not known is answered with those that were likely meant."""

from __future__ import annotations

import dataclasses
import re

import pytest

from projection.declarations import read_tables
from projection.names import find_contest, find_council
from projection.tables import parse_tables
from seeds import DeclarationError

NORTH = "local.alpha.north.2018-05-03"
PLAIN = f"ballot_paper_id,party,votes\n{NORTH},Con,800\n{NORTH},Lab,1100\n{NORTH},LD,350\n"


def read(election, text):
    return read_tables(election, parse_tables("feed", text.encode()))


def test_a_ballot_id_that_is_mistyped_is_told_apart_from_a_ward_and_the_nearest_ids_are_named(election):
    for typed in ("local.alpha.nroth.2018-05-03", "local.alpha.north.2018-05-04", NORTH.upper()):
        with pytest.raises(DeclarationError, match=rf"is no ballot of the pack toy; did you mean {re.escape(NORTH)}"):
            find_contest(election, typed)


def test_a_council_that_is_mistyped_is_named_once_whatever_the_capitals(election):
    named = dataclasses.replace(election.councils["gamma"], council="gamma-town", name="Gamma Town")
    council = {"gamma-town": named, "alpha": election.councils["alpha"]}
    town = dataclasses.replace(election, councils=council)
    for wrong in ("GAMA TOWN", "gamma-twon"):
        with pytest.raises(DeclarationError, match=r"did you mean gamma-town\?$"):
            find_council(town, wrong)
        with pytest.raises(DeclarationError, match=r"row 2, column council: .* did you mean gamma-town\?$"):
            read(town, f"council,party,seats\n{wrong},LD,4\n")


def test_a_part_of_a_ballot_id_names_the_ids_that_it_is_a_part_of(election):
    with pytest.raises(DeclarationError, match=f"'north' is no ballot of the pack toy; did you mean {NORTH}"):
        read(election, PLAIN.replace(NORTH, "north"))
    with pytest.raises(DeclarationError, match=r"'xyz' is no ballot of the pack toy$"):
        read(election, PLAIN.replace(NORTH, "xyz"))
