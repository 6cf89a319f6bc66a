"""The questionnaires that we ship, and what happens to files that are not right."""

from __future__ import annotations

import contextlib
import copy
import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange import vocabulary
from exchange.errors import InputError, NotFoundError
from exchange.instruments import AWAITING_REVIEW, available, derive, load, schema, validate
from exchange.instruments.files import SHIPPED

NAMES = ["exchange_feedback", "impact", "learning_capacity", "resilience"]
COUNTS = {"exchange_feedback": 16, "impact": 11, "learning_capacity": 21, "resilience": 47}


def test_four_instruments_ship():
    assert available() == dict.fromkeys(NAMES, ("1",))
    assert {name: len(load(name).items) for name in NAMES} == COUNTS


def test_resilience_has_the_official_ids_and_numbers_of_indicators():
    instrument = load("resilience")
    assert [len(section.items) for section in instrument.sections] == [3, 5, 4, 4, 3, 6, 4, 9, 7, 2]
    assert [item.id for item in instrument.items] == [
        f"P{essential}.{n}" for essential, size in enumerate([3, 5, 4, 4, 3, 6, 4, 9, 7, 2], start=1)
        for n in range(1, size + 1)]
    assert all(len(item.levels) == 4 for item in instrument.items)


def test_each_level_of_resilience_is_one_sentence():
    for item in load("resilience").items:
        for level in item.levels:
            assert level.text.endswith("."), (item.id, level.text)
            assert ". " not in level.text.replace("e.g. ", ""), (item.id, level.text)
            assert len(level.text) <= 140, (item.id, level.text)


def test_items_judged_against_scenarios_say_so():
    needing = {item.id: item.needs_scenarios for item in load("resilience").items if item.needs_scenarios}
    assert {"P8.3", "P8.4", "P8.5", "P8.6", "P9.1"} <= needing.keys()
    assert needing["P8.7"] == ("most_severe",)


def test_the_three_learning_indicators_are_tagged():
    tagged = {item.id: item.tags["learning_indicator"] for item in load("resilience").items
              if "learning_indicator" in item.tags}
    assert tagged == {"P6.3": "collective_memory", "P6.6": "learning_from_others", "P10.2": "learning_loops"}


def test_learning_capacity_asks_after_every_level_every_promise_and_seven_dimensions():
    tags = [item.tags for item in load("learning_capacity").items]
    levels = {tag["learning_level"] for tag in tags if "learning_level" in tag}
    assert levels == set(vocabulary.LEARNING_LEVELS)
    assert [tag["promise"] for tag in tags if "promise" in tag] == list(vocabulary.PROMISES)
    assert len({tag["dimension"] for tag in tags if "dimension" in tag}) == 7


def test_impact_asks_after_every_category_and_every_promise_on_five_levels():
    instrument = load("impact")
    tags = [item.tags for item in instrument.items]
    assert [tag["category"] for tag in tags if "category" in tag] == list(vocabulary.IMPACT_CATEGORIES)
    assert [tag["promise"] for tag in tags if "promise" in tag] == list(vocabulary.PROMISES)
    assert list(instrument.scale.numbers) == [1, 2, 3, 4, 5]


def test_every_question_about_the_time_before_names_the_question_about_today():
    items = {item.id: item for item in load("exchange_feedback").items}
    before = [item for item in items.values() if item.tags.get("moment") == "before"]
    assert len(before) == 3
    for item in before:
        assert items[item.tags["before_of"]].tags["moment"] == "now"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["es", "ar"])
def test_every_text_is_translated_and_awaits_a_native_speaker(name, language):
    instrument = load(name, language=language)
    english = load(name)
    assert instrument.untranslated == frozenset()
    assert instrument.translations[language].status == AWAITING_REVIEW
    assert all(one.label != other.label for one, other in zip(instrument.items, english.items, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_arabic_texts_are_written_in_arabic_and_no_translation_has_left_english_behind(name):
    words = load(name).translations["ar"].model_dump(exclude={"instrument", "version", "language", "status"})
    texts = json.dumps(words, ensure_ascii=False)
    assert not {"the", "and", "of", "that"} & set(texts.replace('"', " ").split())
    assert sum("\u0600" <= sign <= "\u06ff" for sign in texts) > len(texts) / 3


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.v*.json")), ids=lambda p: p.name)
def test_every_shipped_file_follows_the_schema(path):
    whole = json.loads((SHIPPED / "schema.json").read_text(encoding="utf-8"))
    is_translation = path.name.count(".") == 3
    part = {**whole["$defs"]["Translation"], "$defs": whole["$defs"]} if is_translation else whole
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), part)


def test_the_schema_file_is_the_schema_of_the_code():
    assert json.loads((SHIPPED / "schema.json").read_text(encoding="utf-8")) == schema(), (
        "write json.dumps(exchange.instruments.schema(), indent=1) to data/instruments/schema.json")


def test_a_form_is_plain_json_in_one_language_and_direction():
    form = load("resilience").for_form("ar")
    json.dumps(form)
    assert (form["language"], form["dir"], form["review"]) == ("ar", "rtl", AWAITING_REVIEW)
    assert [len(section["items"]) for section in form["sections"]][-1] == 2
    item = form["sections"][6]["items"][2]
    assert item["id"] == "P7.3"
    assert [level["value"] for level in item["levels"]] == [0, 1, 2, 3]
    assert item["quantity"]["id"] == "firms"
    assert (item["quantity"]["low"], item["quantity"]["high"]) == (0, 100)
    assert "lang" not in item
    assert form["sections"][7]["items"][2]["needs_scenarios"] is True


def test_a_form_on_a_shared_scale_gives_every_item_its_levels():
    item = load("exchange_feedback").for_form("es")["sections"][0]["items"][0]
    assert [level["value"] for level in item["levels"]] == [1, 2, 3, 4, 5]
    assert item["levels"][4]["text"] == "del todo cierto"
    assert item["scale"] == [1, 5]
    assert item["needs_scenarios"] is False


def test_texts_without_a_translation_stay_in_english_and_are_marked_one_by_one(tmp_path):
    base = json.loads((SHIPPED / "resilience.v1.json").read_text(encoding="utf-8"))
    base["sections"] = base["sections"][6:7]
    english = base["sections"][0]["items"][2]["levels"][1]["text"]
    write(tmp_path, base)
    words = json.loads((SHIPPED / "resilience.v1.es.json").read_text(encoding="utf-8"))
    words["sections"] = {"E7": {"name": "Comunidad"}}
    words["items"] = {"P7.3": {"label": "Empresas", "levels": ["Pocas.", None, None, None]}}
    (tmp_path / "resilience.v1.es.json").write_text(json.dumps(words), encoding="utf-8")
    form = validate(tmp_path / "resilience.v1.json").for_form("es")
    section = form["sections"][0]
    assert (section["name"], section["lang"]) == ("Comunidad", {"short": "en", "about": "en"})
    item = section["items"][2]
    assert (item["label"], item["lang"]) == ("Empresas", {"question": "en", "evidence_hint": "en"})
    assert item["levels"][0] == {"value": 0, "text": "Pocas."}
    assert item["levels"][1] == {"value": 1, "text": english, "lang": "en"}
    assert item["quantity"]["lang"] == {"ask": "en"}


def test_an_instrument_in_one_language_can_be_shown_in_any_other():
    spanish = load("impact", language="es")
    assert spanish.for_form()["language"] == "es"
    assert spanish.for_form("ar") == load("impact").for_form("ar")
    assert spanish.said("en") == load("impact")


def test_a_language_that_nobody_translated_is_english_and_says_so():
    form = load("impact").for_form("fr")
    assert form["title"] == load("impact").title
    assert form["lang"] == {"title": "en", "about": "en"}


@pytest.mark.parametrize(("item", "value", "level"), [
    ("P7.3", 19.9, 0), ("P7.3", 20, 1), ("P7.3", 40, 2), ("P7.3", 60, 3), ("P6.2", 50, 1), ("P9.1", 50, 1),
    ("P9.1", 91, 3), ("P8.7", 6, 3), ("P8.7", 37, 0), ("P4.4", 99, 3), ("P9.3", 12, 2), ("P8.8", 3, 1),
])
def test_a_number_means_a_level(item, value, level):
    assert derive(load("resilience").item(item), value).level == level


def test_a_number_that_does_not_decide_alone_names_the_levels_that_it_allows():
    derived = derive(load("resilience").item("P8.8"), 0)
    assert (derived.level, derived.possible) == (None, (2, 3))
    assert str(derived.why) == "0 allows the levels 2 and 3: choose one and say why"


def test_an_unknown_instrument_or_version_is_not_found():
    with pytest.raises(NotFoundError, match="Choose one of exchange_feedback, impact"):
        load("resilence")
    with pytest.raises(NotFoundError, match="resilience v9"):
        load("resilience", "9")


def write(folder, content) -> object:
    path = folder / "resilience.v1.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def base():
    return copy.deepcopy(json.loads((SHIPPED / "resilience.v1.json").read_text(encoding="utf-8")))


def test_all_findings_of_a_file_come_at_once(tmp_path, base):
    items = base["sections"][6]["items"]
    items[0]["id"] = "P1.1"
    items[1]["levels"].pop()
    items[2]["levels"][1]["when"] = [{"turnover": {"above": 3}}]
    items[3]["tags"] = {"before_of": "P99"}
    base["scale"]["words"].pop()
    with pytest.raises(InputError) as caught:
        validate(write(tmp_path, base))
    assert [f"{f.place}: {f.finding}" for f in caught.value.findings] == [
        "resilience.v1.json, scale, words: 3 words for 4 levels",
        "resilience.v1.json, P1.1: the id stands twice",
        "resilience.v1.json, P7.2, levels: the levels are [0, 1, 2]",
        "resilience.v1.json, P7.3, level 1: it rests on turnover, which the item does not have",
        "resilience.v1.json, P7.4, tags, before_of: there is no item P99",
    ]


def test_fields_of_a_wrong_form_are_named_with_their_place(tmp_path, base):
    base["sections"][0]["items"][0]["label"] = ""
    del base["sections"][0]["items"][1]["question"]
    base["sections"][0]["colour"] = "teal"
    with pytest.raises(InputError) as caught:
        validate(write(tmp_path, base))
    assert [f.place for f in caught.value.findings] == [
        "resilience.v1.json, sections, 0, items, 0, label",
        "resilience.v1.json, sections, 0, items, 1, question",
        "resilience.v1.json, sections, 0, colour"]


def test_a_translation_of_what_is_not_there_is_named(tmp_path, base):
    path = write(tmp_path, base)
    (tmp_path / "resilience.v1.es.json").write_text(json.dumps({
        "instrument": "resilience", "version": "2", "language": "es", "status": AWAITING_REVIEW,
        "sections": {"E99": {}},
        "items": {"P99": {}, "P1.1": {"levels": ["uno"]}, "P1.2": {"asks": {"x": "?"}}},
    }), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        validate(path)
    assert [f.finding for f in caught.value.findings] == [
        "it translates resilience v2", "there is no such section", "there is no such item",
        "1 texts, 4 levels", "there is no quantity x"]


@pytest.mark.parametrize(("content", "words"), [
    (b"", "this is not JSON"), (b"\xff\xfe", "not UTF-8"), (b'{"name": NaN}', "NaN is not a number"),
    (b'{"name": 1, "name": 2}', "'name' stands twice"), (b"[" * 5000, "nested more than 20 deep"),
    (b'{"name": ' + b"9" * 5000 + b"}", "digits"), (b"[]", "instrument"), (b" " * 2_000_001, "bytes"),
    (b'{"name": "\\ud800"}', "name"),
])
def test_a_file_that_is_no_instrument_is_refused_in_our_own_words(tmp_path, content, words):
    path = tmp_path / "mine.v1.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        validate(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            validate(path)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_field_is_taken_or_refused(tmp_path_factory, data):
    content = json.loads((SHIPPED / "exchange_feedback.v1.json").read_text(encoding="utf-8"))
    spot, last = content, None
    while isinstance(spot, (dict, list)) and spot and (last is None or data.draw(st.booleans())):
        keys = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
        last = (spot, data.draw(st.sampled_from(keys)))
        spot = spot[last[1]]
    last[0][last[1]] = data.draw(ANYTHING)
    path = tmp_path_factory.mktemp("any") / "any.v1.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with contextlib.suppress(InputError):
        validate(path).for_form("es")
