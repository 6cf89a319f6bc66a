"""`exchange assign` and `exchange cohorts`: what they print, what anybody can recompute, what they refuse."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from exchange import cli
from tests.workbook import worlds


@pytest.fixture(scope="module")
def demo():
    """The address of the demo network, to be read."""
    return worlds.url(worlds.demo_file())


@pytest.fixture
def command(monkeypatch, capsys):
    def run(*arguments, database="sqlite://"):
        monkeypatch.setenv("EXCHANGE_DATABASE", database)
        monkeypatch.setattr(sys, "argv", ["exchange", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


@pytest.fixture
def matrix(tmp_path):
    def save(scores, name="scores.npy"):
        np.save(tmp_path / name, np.array(scores))
        return tmp_path / name

    return save


def printed(ended):
    status, out, err = ended
    assert status == 0, err
    return json.loads(out)


def refused(ended, *words):
    status, out, err = ended
    assert (status, out) == (2, "")
    assert "Traceback" not in err
    for word in words:
        assert word in err


def test_a_round_of_the_demo_network_is_proven_and_names_who_got_nobody(command, demo):
    found = printed(command("assign", "--network", "demo", "--compare", "--json", database=demo))
    proof = found["certificate"]
    assert (proof["proven"], proof["gap"], proof["primal"]) == (True, 0, proof["dual"])
    assert sum(pair["score"] for pair in found["pairs"]) == pytest.approx(found["totals"]["total"])
    covered = {pair["learner_id"] for pair in found["pairs"]}
    assert len(covered) == found["totals"]["covered"]
    assert {one["city_id"] for one in found["uncovered"]} == set(found["totals"]["uncovered"])
    assert all(one["why"] for one in found["uncovered"])
    assert [row["method"] for row in found["comparison"]] == ["optimal", "stable", "fair", "random"]
    assert found["comparison"][1]["blocking_pairs"] == 0


def test_a_round_is_a_table_for_people(command, demo):
    status, out, _ = command("assign", "--network", "demo", "--method", "fair", "--compare", database=demo)
    assert status == 0
    assert "Round 3 of demo, fair" in out
    assert "gap 0" in out
    assert "All methods" in out


def test_locked_forbidden_and_quotas_are_kept(command, demo):
    found = printed(command("assign", "--network", "demo", "--lock", "quito:lima", "--forbid", "rotterdam:copenhagen",
                            "--exposure", 1, "--region-quota", 6, "--json", database=demo))
    pairs = {(pair["learner"], pair["host"]): pair for pair in found["pairs"]}
    assert pairs["Quito", "Lima"]["locked"]
    assert ("Rotterdam", "Copenhagen") not in pairs
    hosts = [host for _, host in pairs]
    assert len(hosts) == len(set(hosts))
    assert found["certificate"]["gap"] == 0


def test_a_lot_logs_its_chances_and_its_seed(command, demo):
    one, two = (printed(command("assign", "--network", "demo", "--method", "random", "--seed", 5, "--json",
                                database=demo)) for _ in range(2))
    assert one["pairs"] == two["pairs"]
    assert one["seed"] == 5
    assert all(0 < row["chance"] <= 0.5 for row in one["chances"])
    drawn = {(pair["learner_id"], pair["host_id"]) for pair in one["pairs"]}
    assert drawn <= {(row["learner"], row["host"]) for row in one["chances"]}


def test_a_bare_matrix_is_solved_as_another_solver_solves_it(command, matrix):
    scores = np.random.default_rng(0).random((8, 8))
    found = printed(command("assign", "--scores", matrix(scores), "--json"))
    rows, columns = linear_sum_assignment(scores, maximize=True)
    assert {(pair["learner"], pair["host"]) for pair in found["pairs"]} == set(
        zip(rows.tolist(), columns.tolist(), strict=True))
    assert found["certificate"]["gap"] == 0


def test_minus_infinity_forbids_and_capacities_can_be_one_each(command, matrix):
    capacities = matrix([2, 0, 1], "wants.npy")
    found = printed(command("assign", "--scores", matrix([[1.0, 2.0], [9.0, 9.0], [-np.inf, -np.inf]]),
                            "--learner-capacity", capacities, "--host-capacity", 2, "--json"))
    assert [(pair["learner"], pair["host"]) for pair in found["pairs"]] == [(0, 0), (0, 1)]
    assert [one["learner"] for one in found["uncovered"]] == [2]


@pytest.mark.parametrize(("scores", "arguments", "words"), [
    ([[np.nan, 1.0]], (), ("learner 0, host 0", "nan")),
    ([[np.inf, 1.0]], (), ("inf",)),
    ([1.0, 2.0], (), ("no matrix",)),
    ([[1.0]], ("--learner-capacity", "-1"), ("learner capacity", "0 or more")),
    ([[1.0]], ("--host-capacity", "many"), ("not a whole number",)),
    ([[1.0]], ("--method", "best"), ("Use one of optimal",)),
    ([[1.0]], ("--lock", "0"), ("LEARNER:HOST",)),
    ([[1.0]], ("--lock", "0:7"), ("no such learner or host",)),
    ([[1.0, 2.0], [3.0, 4.0]], ("--lock", "0:0", "--lock", "1:0"), ("host 0", "locked to 2")),
    ([[1.0, 2.0]], ("--lock", "0:0", "--lock", "0:1"), ("learner 0", "locked to 2 (0, 1)")),
    (np.zeros((0, 3)), (), ("no learners or no hosts",)),
])
def test_what_cannot_be_is_refused_in_our_own_words(command, matrix, scores, arguments, words):
    refused(command("assign", "--scores", matrix(scores), *arguments, "--json"), *words)


def test_a_file_that_is_no_matrix_is_refused(command, tmp_path):
    (tmp_path / "x.npy").write_text("hello")
    refused(command("assign", "--scores", tmp_path / "x.npy"), "no table of numbers")
    refused(command("assign", "--scores", tmp_path / "none.npy"), "cannot be read")


@pytest.mark.parametrize(("record", "words"), [
    ({"version": "0", "values": {"readiness": 1}, "why": "old"}, ("version", "'0'")),
    ({"version": "1", "values": {"readiness": 0}, "why": "none"}, ("all are zero",)),
    ({"version": "1", "values": {"readiness": float("nan")}, "why": "none"}, ("not a number",)),
    ({"values": {}}, ("'version' is missing",)),
    ([1], ("no record",)),
])
def test_weights_that_say_nothing_or_are_of_another_version_are_refused(command, demo, tmp_path, record, words):
    file = tmp_path / "weights.json"
    file.write_text(json.dumps(record))
    for name in ("assign", "cohorts"):
        refused(command(name, "--network", "demo", "--weights", file, database=demo), *words)


def test_other_weights_make_other_pairs(command, demo, tmp_path):
    file = tmp_path / "weights.json"
    file.write_text(json.dumps({"version": "1", "values": {"problem_similarity": 1}, "why": "a test"}))
    ours, theirs = (printed(command("assign", "--network", "demo", *more, "--json", database=demo))
                    for more in ((), ("--weights", file)))
    assert theirs["weights"]["values"] == {"problem_similarity": 1}
    assert theirs["totals"] != ours["totals"]


def test_an_empty_network_and_one_of_a_single_city_are_refused(command, tmp_path):
    database = worlds.empty(tmp_path)
    with worlds.opened(database) as workbook:
        city = worlds.REAL["city"][0]
        workbook.store.load(workbook.viewer, {
            "network": [{"network_id": "none", "name": "None"}, {"network_id": "one", "name": "One"}],
            "city": [city], "member": [{"network_id": "one", "city_id": city["city_id"]}]})
    refused(command("assign", "--network", "none", database=database), "there are none")
    refused(command("assign", "--network", "one", database=database), "only one city")
    refused(command("cohorts", "--network", "one", database=database), "cannot be parted")
    refused(command("assign", "--network", "elsewhere", database=database), "there is none of this name")


def test_cohorts_hold_every_city_once_and_say_what_could_not_be_kept(command, demo):
    found = printed(command("cohorts", "--network", "demo", "--json", database=demo))
    members = [city["city_id"] for one in found["cohorts"] for city in one["cities"]]
    assert len(members) == len(set(members)) == 60
    assert all(4 <= len(one["cities"]) <= 8 for one in found["cohorts"])
    assert found["worst"] <= found["mean"]
    status, out, _ = command("cohorts", "--network", "demo", database=demo)
    assert status == 0
    assert "A good partition, not a proven one." in out
    refused(command("cohorts", "--network", "demo", "--low", 9, "--high", 8, database=demo), "cannot be parted")
