"""The parts of a soak without a house: the line that is cut or hung, what is struck, the disk, the recovery watch."""

import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.soak import faults
from benchmarks.soak.faults import FAULTS, NothingThere, Scene
from benchmarks.soak.found import streets
from benchmarks.soak.house import Service
from benchmarks.soak.proxy import CUT, HANG, PASS, Proxy
from benchmarks.soak.run import Soak, Struck, _Watch
from simulator.play.journal import Journal


@pytest.fixture
def echo() -> Iterator[int]:
    """A port that says back what it hears."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(line,), daemon=True).start()

    def answer(line: socket.socket) -> None:
        with line:
            while chunk := line.recv(100):
                line.sendall(chunk)

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


@pytest.fixture
def proxy(echo: int) -> Iterator[Proxy]:
    made = Proxy(echo)
    yield made
    made.close()


def line_to(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=2)


def test_a_line_passes_on_what_it_carries(proxy: Proxy) -> None:
    with line_to(proxy) as line:
        line.sendall(b"a visit")

        assert line.recv(100) == b"a visit"


def test_a_cut_ends_what_is_open_and_refuses_what_is_new(proxy: Proxy) -> None:
    with line_to(proxy) as line:
        line.sendall(b"a visit")
        assert line.recv(100) == b"a visit"
        proxy.mode = CUT

        with pytest.raises(ConnectionResetError):
            line.recv(100)
        with pytest.raises(ConnectionResetError), line_to(proxy) as another:
            another.recv(100)

    proxy.mode = PASS
    with line_to(proxy) as line:
        line.sendall(b"again")
        assert line.recv(100) == b"again"


@pytest.mark.slow
def test_a_silent_line_holds_everything_and_gives_it_when_it_speaks_again(proxy: Proxy) -> None:
    with line_to(proxy) as line:
        proxy.mode = HANG
        time.sleep(0.3)
        line.settimeout(0.4)
        line.sendall(b"a visit")
        with pytest.raises(TimeoutError):
            line.recv(100)

        proxy.mode = PASS
        line.settimeout(2)
        assert line.recv(100) == b"a visit"


def test_a_line_to_nobody_is_reset() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    proxy = Proxy(port)
    try:
        # The reset comes while the line is made, or with the first word on it.
        with pytest.raises(ConnectionResetError), line_to(proxy) as line:
            line.recv(100)
    finally:
        proxy.close()


class FakeService(Service):
    """A house of one sleeping process, of whose kind everything is."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "gridward", folder / "house.log")
        self.sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        self.well_at = 0.0

    def answers(self) -> bool:
        return time.monotonic() >= self.well_at

    def pid(self) -> int:
        return self.sleeper.pid

    site = job_worker = postmaster = supervisor = pid

    def site_workers(self) -> list[int]:
        return [self.sleeper.pid]

    backends = site_workers


@pytest.fixture
def scene(tmp_path: Path, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    for name in ("LINE_SECONDS", "DISK_SECONDS", "CLOCK_SECONDS"):
        monkeypatch.setattr(faults, name, 0.2)
    house = FakeService(tmp_path)
    yield Scene(house, proxy, None, random.Random(1))
    house.sleeper.kill()
    house.sleeper.wait()


@pytest.mark.parametrize("name", ["site-worker", "site", "job-worker", "backend", "postmaster", "supervisor"])
def test_a_kill_ends_the_process_it_is_about(scene: Scene, name: str) -> None:
    said = FAULTS[name](scene)

    assert said.startswith("kill -9 ")
    assert scene.house.sleeper.wait(5) == -9  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(set(FAULTS) - {"line-cut", "line-hung", "clock-jump"}))
def test_what_is_not_there_cannot_be_struck(tmp_path: Path, proxy: Proxy, name: str) -> None:
    nobody = Service(tmp_path / "gridward", tmp_path / "house.log")

    with pytest.raises(NothingThere):
        FAULTS[name](Scene(nobody, proxy, None, random.Random(1)))


def test_the_line_is_whole_again_after_a_cut_and_after_silence(scene: Scene) -> None:
    for name in ("line-cut", "line-hung"):
        FAULTS[name](scene)
        assert scene.proxy.mode == PASS


def test_a_full_disk_is_empty_again_afterwards(
    tmp_path: Path, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only who may mount a small file system can fill one")
    full: list[int] = []
    monkeypatch.setattr(faults.time, "sleep", lambda _seconds: full.append(free(disk)))
    try:
        FAULTS["disk-full"](Scene(scene.house, scene.proxy, disk, scene.draw))

        assert full == [0]
        assert free(disk) == 3 * 2**20
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def free(disk: Path) -> int:
    found = os.statvfs(disk)
    return found.f_bavail * found.f_frsize


@pytest.mark.slow
def test_recovery_is_measured_from_the_strike_to_the_first_write_after_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, said = Journal(), []
    plan = Soak(minutes=1, rate=60, start=0, street="", seed=1, every=1, faults=("site",))
    watch = _Watch(plan, scene, journal, threading.Event(), said.append)
    began = time.monotonic()
    scene.house.well_at = began + 0.5  # type: ignore[attr-defined]

    def write() -> None:
        journal.accepted(journal.intent(0, "worker-1", "visit"), "visit", 302)

    threading.Timer(0.1, write).start()  # was on its way when it struck
    threading.Timer(1.0, write).start()

    watch._strike("site", began)

    (struck,) = watch.struck
    assert struck.what == "kill -9 the site"
    assert struck.well_seconds == pytest.approx(0.5, abs=0.3)
    assert struck.write_seconds == pytest.approx(1.0, abs=0.4)
    assert said == [struck.line()]


def test_every_fault_comes_once_before_one_comes_again(scene: Scene) -> None:
    plan = Soak(minutes=1, rate=60, start=0, street="", seed=1, every=1, faults=tuple(FAULTS))
    watch = _Watch(plan, scene, Journal(), threading.Event(), lambda _line: None)
    names = watch._names()

    rounds = [[next(names) for _ in FAULTS] for _round in range(3)]

    assert all(sorted(one) == sorted(FAULTS) for one in rounds)
    assert rounds[0] != rounds[1]


def test_a_write_nobody_made_is_told_as_such() -> None:
    assert "–" in Struck(1.0, "network cut", 0.1, None).line()


def test_a_service_that_does_not_run_has_no_processes(tmp_path: Path) -> None:
    service = Service(tmp_path / "gridward", tmp_path / "log")

    assert (service.supervisor(), service.site(), service.job_worker(), service.postmaster()) == (0, 0, 0, 0)
    assert service.site_workers() == service.backends() == []
    assert not service.answers()
    with pytest.raises(TimeoutError):
        service.wait_until_well(0.2)


def test_a_service_works_on_nobody_elses_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@elsewhere/real")
    monkeypatch.setenv("GRIDWARD_DATA", "/somewhere/real")

    environment = Service(tmp_path / "gridward", tmp_path / "log").environment

    assert "DATABASE_URL" not in environment
    assert environment["GRIDWARD_DATA"] == str(tmp_path / "gridward")


def test_the_streets_of_a_folder_are_those_of_its_grids(tmp_path: Path) -> None:
    rows = ("code,level", "320102003015001,grid", "320102003001001,grid", "320104001001001,grid")
    (tmp_path / "grids.csv").write_text("\n".join(rows))

    assert streets(tmp_path) == ["320102003", "320104001"]
