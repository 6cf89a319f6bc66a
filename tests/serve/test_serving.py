"""Starting the server: one line when it listens, one sentence when it cannot."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from exchange.errors import InputError
from exchange.serve import serve
from exchange.serve.identity import environment, loopback
from exchange.serve.kernels import Specs, connection_folder
from exchange.serve.overview import City, Step, next_step, search
from exchange.serve.rendering import Gate
from exchange.store import Viewer
from exchange.words import text

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


def run(story: Coroutine[Any, Any, T]) -> T:
    """Run a story in a thread of its own: a browser of another test may hold this one's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, story).result()


def test_the_server_says_in_one_line_where_it_is(server):
    assert server.said == f"City Learning Exchange is open at http://127.0.0.1:{server.port}\n"


def test_a_port_that_is_taken_is_said_in_our_words(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port}: another program listens there already"):
            serve(port=port, database=f"sqlite:///{tmp_path}/exchange.db")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org", "::", ""])
def test_without_a_sign_in_the_server_stays_on_this_machine(host):
    with pytest.raises(InputError, match="beyond this machine"):
        serve(host=host, port=0)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
def test_addresses_of_this_machine_are_known(host):
    assert loopback(host)


def test_a_kernel_learns_the_viewer_whole():
    viewer = Viewer("city_editor", "ana", frozenset({"3652462"}), frozenset())
    assert environment(viewer) == {"EXCHANGE_USER": "ana", "EXCHANGE_ROLE": "city_editor",
                                   "EXCHANGE_CITIES": "3652462", "EXCHANGE_NETWORKS": ""}


def test_the_kernel_is_the_interpreter_of_the_server():
    import sys

    assert Specs().get_kernel_spec("python3").argv[0] == sys.executable
    assert list(Specs().get_all_specs()) == ["python3"]


def test_folders_of_servers_that_were_killed_are_removed(monkeypatch):
    with tempfile.TemporaryDirectory() as short:
        monkeypatch.setattr("tempfile.tempdir", short)
        left, other = Path(short, "exchange-4194303-abcdefgh"), Path(short, "exchange-notes-2026")
        left.mkdir()
        other.mkdir()
        first, second = connection_folder(), connection_folder()
        assert {path.name for path in Path(short).iterdir()} == {other.name, first.name, second.name}
        assert first.stat().st_mode & 0o077 == 0


def test_the_path_of_a_socket_fits_wherever_temporary_files_lie(tmp_path, monkeypatch):
    deep = tmp_path / ("a" * 60)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    folder = connection_folder()
    folder.rmdir()
    assert len(str(folder / f"kernel-{'0' * 36}-ipc-5")) <= 103


def test_the_gate_lets_as_many_through_as_it_has_places():
    async def story() -> tuple[int, int]:
        gate, inside, most = Gate(2), 0, 0

        async def page() -> None:
            nonlocal inside, most
            async with gate.turn():
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0)
                inside -= 1

        await asyncio.gather(*(page() for _ in range(10)))
        return most, inside

    assert run(story()) == (2, 0)


def test_a_slow_page_does_not_keep_the_gate_shut():
    async def story() -> list[str]:
        gate, order, over = Gate(1, patience=0.01), [], asyncio.Event()

        async def slow() -> None:
            async with gate.turn():
                await over.wait()
            order.append("slow")

        async def quick() -> None:
            async with gate.turn():
                order.append("quick")
            over.set()

        await asyncio.wait_for(asyncio.gather(slow(), quick()), 5)
        async with gate.turn():
            order.append("again")
        return order

    assert run(story()) == ["quick", "slow", "again"]


def test_the_next_step_is_the_first_that_is_not_done():
    steps = [Step(key, text(key), text(""), done) for key, done in [("a", True), ("b", False), ("c", False)]]
    assert next_step(steps).key == "b"
    assert next_step(steps[:1]) is None


def test_a_search_for_nothing_finds_everything():
    cities = [City("sao-paulo", "São Paulo", "Brazil"), City("quito", "Quito", "Ecuador")]
    assert search(cities, " ") == cities
    assert search(cities, "sao br") == cities[:1]
