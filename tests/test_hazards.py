"""Hazards: the profiles' classification, and what others call them."""

import csv
import json

import pytest

from exchange import hazards
from exchange.errors import NotFoundError
from exchange.paths import DATA
from exchange.words import Text


def test_all_hazards_of_the_edition_are_there_in_their_order():
    known = hazards.load()
    assert len(known) == 281
    assert list(known) == sorted(known)
    assert {hazard.edition for hazard in known.values()} == {hazards.EDITION}
    assert {hazard.kind for hazard in known.values()} == set(hazards.KINDS)


def test_a_hazard_is_got_by_its_identifier():
    flooding = hazards.get("MH0600")
    assert (flooding.kind, flooding.cluster, str(flooding.label)) == (
        "meteorological_hydrological", "Water-related", "flooding")
    with pytest.raises(NotFoundError, match="MH9999"):
        hazards.get("MH9999")


def test_every_label_is_a_text_and_not_empty():
    for hazard in hazards.load().values():
        assert isinstance(hazard.label, Text)
        assert hazard.label.said("ar")


def test_every_hazard_that_others_name_has_words_of_ours_to_be_translated():
    named = {h for source in ("cdp", "ifrc") for found in hazards.crosswalk(source).values() for h in found}
    assert named <= set(hazards.LABELS) <= set(hazards.load())
    assert all(not label.values for label in hazards.LABELS.values())  # whole sentences for the catalogues


def test_a_hazard_is_most_like_itself_then_its_cluster_then_its_kind():
    assert hazards.similarity("MH0600", "MH0600") == 1
    assert hazards.similarity("MH0600", "MH0604") == hazards.SAME_CLUSTER
    assert hazards.similarity("MH0600", "MH0501") == hazards.SAME_KIND
    assert hazards.similarity("MH0600", "GH0101") == 0
    assert 0 < hazards.SAME_KIND < hazards.SAME_CLUSTER < hazards.SAME_HAZARD


def test_similarity_is_symmetric():
    some = list(hazards.load())[::20]
    assert all(hazards.similarity(a, b) == hazards.similarity(b, a) for a in some for b in some)


def test_similarity_of_an_unknown_hazard_is_refused():
    with pytest.raises(NotFoundError):
        hazards.similarity("MH0600", "flood")


@pytest.mark.parametrize(("source", "labels"), [("cdp", 36), ("ifrc", 17)])
def test_a_crosswalk_leads_to_hazards_that_exist(source, labels):
    found = hazards.crosswalk(source)
    assert len(found) == labels
    assert {hazard for ids in found.values() for hazard in ids} <= set(hazards.load())


@pytest.mark.parametrize("source", ["cdp", "ifrc"])
def test_a_crosswalk_says_for_each_line_how_well_it_fits(source):
    with (DATA / f"crosswalk_{source}_hazards.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert row["match"] in {"exact", "close", "broader", "none"}
        assert (row["match"] == "none") == (row["hazard_id"] == "")
        alone = sum(other["label"] == row["label"] for other in rows) == 1
        assert alone or row["match"] == "broader", row


def test_a_label_without_a_hazard_leads_nowhere():
    assert hazards.crosswalk("cdp")["Chemical change > Atmospheric CO2 concentrations"] == ()
    assert hazards.crosswalk("ifrc")["Population Movement"] == ()


@pytest.mark.shared
def test_the_shipped_hazards_are_those_of_the_source(shared):
    nodes = json.loads((shared / "data" / "hips_2025.json").read_text(encoding="utf-8"))["nodes"]
    assert {node["identifier"] for node in nodes} == set(hazards.load())
    assert {node["identifier"]: node["clusterName"] for node in nodes} == {
        h.hazard_id: h.cluster for h in hazards.load().values()}


@pytest.mark.shared
def test_the_crosswalks_know_every_label_of_the_real_files(shared):
    with (shared / "data" / "ifrc_operational_learning.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["Hazard"].strip() for row in csv.DictReader(file)}
    assert labels - {"", "Other"} == set(hazards.crosswalk("ifrc"))
