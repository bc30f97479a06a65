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


@pytest.mark.parametrize("name", ["Leeds", "leeds", "Leeds City Council", "E08000035"])
def test_a_council_that_is_not_up_is_said_to_be_outside_the_projection(election, name):
    words = r"is outside the projection: Leeds is not up in the pack toy \(3 May 2018\); leave it out"
    with pytest.raises(DeclarationError, match=words):
        find_council(election, name)
    with pytest.raises(DeclarationError, match=words):
        find_contest(election, "local.leeds.headingley.2018-05-03")
    with pytest.raises(DeclarationError, match="no council of the pack toy; did you mean alpha"):
        find_council(election, "alpah")


def test_beside_a_council_that_is_not_up_stand_names_that_are_nearly_the_same(election):
    near = dataclasses.replace(election.councils["alpha"], name="East Hertford")
    other = dataclasses.replace(election, councils={**election.councils, "alpha": near})
    with pytest.raises(DeclarationError, match=r"East Hertfordshire is not up .*; did you mean East Hertford\?"):
        find_council(other, "East Hertfordshire")


def test_the_ballots_that_are_near_are_those_of_the_council_where_that_is_written_right(election):
    with pytest.raises(DeclarationError) as error:
        find_contest(election, "local.beta.north.2018-05-03")
    assert "did you mean local.beta." in str(error.value)
    assert "alpha" not in str(error.value)


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
