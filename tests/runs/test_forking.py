"""Forked kernels: fresh, alone, gone when whoever asked for them is gone, and ordinary ones where they cannot be."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from exchange.runs import forking, zygote
from exchange.runs.client import Execution, execute
from exchange.runs.forking import CannotForkError, Zygote
from exchange.runs.kernels import socket_folder
from tests.runs.books import book

pytestmark = pytest.mark.skipif(not forking.possible(), reason="kernels are forked on Linux only")


@pytest.fixture(scope="module")
def sockets():
    folder = socket_folder()
    yield folder
    Zygote.close_all()
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def few_imports(monkeypatch):
    """Preload little: these tests are about forking, not about what is imported."""
    kept = Zygote.get
    monkeypatch.setattr(Zygote, "get", lambda _: kept(("numpy",)))


def executed(sockets, *cells, fork=True, **more):
    node = new_notebook(cells=[*map(new_code_cell, cells)])
    trouble = asyncio.run(execute(node, Execution(sockets, sockets, fork=fork, **more)))
    return trouble, [[output.get("text") or output.get("data", {}).get("text/plain") for output in cell.outputs]
                     for cell in node.cells]


def running():
    return next(iter(Zygote._kept.values()))


CODE = ("import os, threading, subprocess, numpy",
        "subprocess.run(['echo', 'a child'], capture_output=True, text=True).stdout",
        "t = threading.Thread(target=lambda: print('a thread')); t.start(); t.join()",
        "from concurrent.futures import ProcessPoolExecutor as P\nlist(P(2).map(abs, [-1, -2]))",
        "float(numpy.linalg.norm(numpy.ones((50, 50)) @ numpy.ones((50, 50))))", "sorted(os.environ)")


def test_forked_and_ordinary_kernels_show_the_same(sockets):
    forked, ordinary = (executed(sockets, *CODE, fork=fork) for fork in (True, False))
    assert forked[0] is None
    assert ordinary[0] is None
    assert forked[1][:-1] == ordinary[1][:-1]
    assert "JPY_PARENT_PID" not in forked[1][-1][0]


def test_each_kernel_is_fresh_and_a_death_of_one_is_noticed_and_harms_no_other(sockets):
    assert executed(sockets, "leaked = 1; import os; os.environ['LEAK'] = '1'")[0] is None
    assert executed(sockets, "import os; ('leaked' in globals(), 'LEAK' in os.environ)")[1] == [["(False, False)"]]
    trouble, _ = executed(sockets, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert (trouble.kind, trouble.cell, trouble.again) == ("kernel", 1, True)
    assert executed(sockets, "1 + 1")[1] == [["2"]]


def test_the_exit_code_of_a_kernel_is_known_and_no_zombie_stays(sockets):
    assert executed(sockets, "1")[0] is None
    parent = running()
    pid, handle = parent.fork({"arguments": ["--bad-option-that-does-not-exist=1", "-f", "/nowhere/x"], "env": {},
                               "cwd": None})
    process = forking.Forked(pid, handle, parent)
    process.kill()
    assert process.wait(10) == -signal.SIGKILL
    assert not psutil.pid_exists(pid)


def test_a_process_that_forks_and_dies_is_replaced_and_its_kernels_live_on(sockets):
    assert executed(sockets, "1")[0] is None
    first = running().process.pid
    code = f"import os, signal, time; os.kill({first}, signal.SIGKILL); time.sleep(0.5); 'alive'"
    trouble, shown = executed(sockets, code)
    assert (trouble, shown) == (None, [["'alive'"]])
    assert executed(sockets, "2")[1] == [["2"]]
    assert running().process.pid != first


def test_a_change_of_the_code_starts_it_anew(sockets, monkeypatch):
    assert executed(sockets, "1")[0] is None
    first = running().process.pid
    monkeypatch.setattr(zygote, "sources", lambda _: "changed")
    running().looked -= 60
    assert executed(sockets, "1")[0] is None
    assert running().process.pid != first


def test_where_it_cannot_be_forked_the_kernel_is_started_in_the_ordinary_way(sockets, monkeypatch, caplog):
    def refuse(*_):
        raise CannotForkError("2 threads")

    monkeypatch.setattr(Zygote, "fork", refuse)
    assert executed(sockets, "import sys; sys.argv[0].endswith('kernel.py')")[1] == [["True"]]
    assert "kernels are started in the ordinary way: 2 threads" in caplog.text


def test_a_process_with_threads_refuses_to_fork(sockets, tmp_path, monkeypatch):
    (tmp_path / "leaves_a_thread.py").write_text("import threading, time\n"
                                                 "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    made = Zygote(("leaves_a_thread",))
    try:
        with pytest.raises(CannotForkError, match="2 threads"):
            made.fork({"arguments": ["-f", "x"], "env": {}, "cwd": None})
    finally:
        made.close()


@pytest.mark.parametrize("fork", [True, False])
def test_no_kernel_outlives_the_process_that_asked_for_it(tmp_path, fork):
    book(tmp_path / "long.ipynb", f"import os; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))",
         "import time; time.sleep(600)")
    code = ("import asyncio, sys, nbformat; from pathlib import Path; from exchange.runs.client import *; "
            "from exchange.runs.kernels import socket_folder; n = nbformat.read(sys.argv[1], 4); "
            f"asyncio.run(execute(n, Execution(socket_folder(), Path('/tmp'), fork={fork})))")
    asking = subprocess.Popen([sys.executable, "-c", code, tmp_path / "long.ipynb"])
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert asking.poll() is None
        time.sleep(0.05)
    kernel = psutil.Process(int((tmp_path / "pid").read_text()))
    asking.kill()
    asking.wait()
    _, left = psutil.wait_procs([kernel], timeout=5)
    assert not [one for one in left if one.status() != psutil.STATUS_ZOMBIE]


def test_the_folder_of_a_killed_process_is_removed_by_the_next_one(tmp_path):
    code = ("import os; from exchange.runs.kernels import socket_folder; print(socket_folder(), flush=True); "
            "os.kill(os.getpid(), 9)")
    left = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stdout.strip()
    assert os.path.isdir(left)  # noqa: PTH112
    shutil.rmtree(socket_folder())
    assert not os.path.exists(left)  # noqa: PTH110
