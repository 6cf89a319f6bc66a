"""Many people at once, and a program that dies in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from exchange.store import EditConflictError, Store
from tests.store.worlds import LOCAL, ROTTERDAM, begin, editor, fill, rows

ANA = editor(ROTTERDAM)


def all_at_once(*tasks):
    """Run tasks in threads and return what they raised."""
    raised = []

    def run(task):
        try:
            task()
        except Exception as error:  # noqa: BLE001
            raised.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_sixty_people_with_ten_answers_each_lose_none(world):
    assessment = begin(world)
    voices = [world.put_respondent(ANA, assessment) for _ in range(60)]

    def answer(voice):
        for number in range(10):
            world.save_answer(ANA, assessment, f"P{number}", "answered", number % 4, respondent=voice,
                              client=voice, seq=number)

    before = world.verify_audit().rows
    assert all_at_once(*(lambda voice=voice: answer(voice) for voice in voices)) == []
    assert len(world.answers(ANA, assessment, respondent=None)) == 600
    report = world.verify_audit()
    assert report.ok
    assert report.rows == before + 600


def test_people_who_change_one_note_at_once_overwrite_nothing_unseen(world):
    assessment = begin(world)
    world.save_answer(ANA, assessment, "P1.1", "answered", 0)
    conflicts = []

    def add(words):
        for word in words:
            while True:
                seen = rows(world.answers(ANA, assessment))[0]
                try:
                    world.save_answer(ANA, assessment, "P1.1", "answered", 0, note=f"{seen['note']} {word}",
                                      base_revision=seen["revision"])
                    break
                except EditConflictError as conflict:
                    conflicts.append(conflict.theirs["note"])

    words = [[f"{person}{number}" for number in range(5)] for person in "abcdef"]
    assert all_at_once(*(lambda mine=mine: add(mine) for mine in words)) == []
    kept = rows(world.answers(ANA, assessment))[0]["note"].split()
    assert sorted(kept) == sorted(word for mine in words for word in mine)
    assert rows(world.answers(ANA, assessment))[0]["revision"] == 31


def test_an_assessment_that_many_open_at_once_is_one(world):
    ids = []
    assert all_at_once(*[lambda: ids.append(begin(world))] * 8) == []
    assert len(set(ids)) == 1


def test_two_programs_write_to_one_file_in_turn(sqlite_url):
    with Store.open(sqlite_url) as one, Store.open(sqlite_url) as two:
        fill(one)
        assessment = begin(one)

        def answer(store, name):
            for number in range(40):
                store.save_answer(ANA, assessment, f"{name}{number}", "answered", 1)

        assert all_at_once(lambda: answer(one, "A"), lambda: answer(two, "B")) == []
        assert len(two.answers(ANA, assessment)) == 80
        assert one.verify_audit().ok


_WRITER = """
import sys
from exchange.store import Store, Viewer
store = Store.open(sys.argv[1])
number = int(sys.argv[3])
while True:
    saved = store.save_answer(Viewer.local(), sys.argv[2], f"P{number}", "answered", number % 4, client="c", seq=number)
    print(number, saved.revision, flush=True)
    number += 1
"""


def test_a_program_killed_while_it_writes_loses_nothing_that_it_acknowledged(url):
    with Store.open(url) as store:
        fill(store)
        assessment = begin(store)
    acknowledged = 0
    for _ in range(3):
        acknowledged += _write_and_kill(url, assessment, acknowledged)
        with Store.open(url) as store:
            kept = {row["item"]: row["revision"] for row in rows(store.answers(LOCAL, assessment))}
            history = [json.loads(row["after"]) for row in rows(store.audit(LOCAL)) if row["action"] == "save answer"]
            assert store.verify_audit().ok
        assert all(f"P{number}" in kept for number in range(acknowledged))
        assert len(history) == len(kept)
        acknowledged = len(kept)
    assert acknowledged > 3


def _write_and_kill(url, assessment, first):
    """Let a program answer from number `first` on, kill it after a while, and return how many it acknowledged."""
    program = subprocess.Popen([sys.executable, "-c", _WRITER, url, assessment, str(first)], stdout=subprocess.PIPE,
                               text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    said = [program.stdout.readline()]
    time.sleep(0.15)
    program.send_signal(signal.SIGKILL)
    said += program.stdout.read().splitlines()
    program.wait()
    return len([line for line in said if line.strip()])


@pytest.mark.parametrize("lost", [0, 1])
def test_an_answer_sent_again_after_a_lost_reply_is_there_once(world, lost):
    assessment = begin(world)
    for _ in range(1 + lost):
        world.save_answer(ANA, assessment, "P1.1", "answered", 1, base_revision=0, client="phone", seq=1)
    assert rows(world.answers(ANA, assessment))[0]["revision"] == 1
