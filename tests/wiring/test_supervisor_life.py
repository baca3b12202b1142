"""The life of the embedded database: made, joined, left, killed, woken."""

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gridward.wiring.supervisor import Supervisor, SupervisorError
from tests.wiring.supervisor_cases import USER, ask, in_another_process, kill, lives, server_of, wait_until

#: Each of them starts a real server, some kill it.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that was started once, as a pattern: copying one is quicker than making one."""
    supervisor = Supervisor(tmp_path_factory.mktemp("made") / "data", durable=False)
    with supervisor.ensure_running():
        pass
    return supervisor.layout.root


@pytest.fixture
def house(made: Path, tmp_path: Path) -> Iterator[Supervisor]:
    """A database that is down."""
    subprocess.run(["cp", "-a", str(made), str(tmp_path / "data")], check=True)
    supervisor = Supervisor(tmp_path / "data", durable=False)
    yield supervisor
    supervisor.stop()


@pytest.fixture
def nothing_yet(tmp_path: Path) -> Iterator[Supervisor]:
    """A supervisor whose data directory does not exist."""
    supervisor = Supervisor(tmp_path / "fresh", durable=False)
    yield supervisor
    supervisor.stop()


def test_a_first_start_makes_a_database_that_answers(nothing_yet: Supervisor) -> None:
    nothing_yet.start()

    assert ask(nothing_yet, "SELECT current_user") == "gridward_app"
    assert str(ask(nothing_yet, "SHOW server_version")).startswith("18")


def test_a_database_below_a_closed_directory_starts_too(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    supervisor = Supervisor(closed / "data", durable=False)

    with supervisor.ensure_running():
        answer = ask(supervisor, "SELECT 1")

    assert answer == 1


def test_the_server_never_runs_as_root(house: Supervisor) -> None:
    house.start()

    assert Path(f"/proc/{server_of(house)}").stat().st_uid != 0


def test_a_second_start_is_quick_and_finds_what_was_there(house: Supervisor) -> None:
    house.start()
    with psycopg.connect(house.dsn("owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    house.stop()
    begun = time.monotonic()

    house.start()

    assert time.monotonic() - begun < 5
    assert ask(house, "SELECT answer FROM kept", kind="owner") == 42


def test_a_stopped_database_leaves_no_process_behind(house: Supervisor) -> None:
    before = set(children_of_ours())
    house.start()
    pid = server_of(house)
    children = set(children_of_ours()) - before

    house.stop()

    assert str(pid) in children
    assert not house.running()
    assert not children & set(children_of_ours())


def children_of_ours() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def test_a_second_supervisor_is_refused_and_a_guest_is_welcome(house: Supervisor) -> None:
    house.start()
    second, guest = (Supervisor(house.layout.root, durable=False) for _ in range(2))

    with pytest.raises(SupervisorError) as refused:
        second.start()

    assert refused.value.code == "database.already_supervised"
    assert str(os.getpid()) in str(refused.value)
    assert guest.attach()
    guest.leave()
    assert house.running()


def test_nobody_is_attached_to_a_database_that_is_down(house: Supervisor) -> None:
    house.start()
    house.stop()

    assert not house.attach()
    assert not house.running()


def test_the_last_command_that_leaves_stops_the_database(house: Supervisor) -> None:
    longer, shorter = (Supervisor(house.layout.root, durable=False) for _ in range(2))

    with longer.ensure_running():
        with shorter.ensure_running():
            pass
        assert ask(longer, "SELECT 1") == 1

    assert not longer.running()


def test_a_supervisor_may_take_over_from_a_command(house: Supervisor) -> None:
    command = Supervisor(house.layout.root, durable=False)

    with command.ensure_running():
        house.start()

    assert ask(house, "SELECT 1") == 1


def test_a_database_whose_users_were_all_killed_is_stopped(house: Supervisor) -> None:
    user = in_another_process(USER, str(house.layout.root))
    pid = server_of(house)

    kill(user)

    assert wait_until(lambda: not lives(pid)), "the guard did not stop the server"
    house.start()
    assert ask(house, "SELECT 1") == 1


def test_a_database_is_not_stopped_while_one_user_is_left(house: Supervisor) -> None:
    killed, left = (in_another_process(USER, str(house.layout.root)) for _ in range(2))
    pid = server_of(house)

    kill(killed)
    time.sleep(1.2)

    assert lives(pid)
    kill(left)
    assert wait_until(lambda: not lives(pid))


def test_a_killed_database_is_restarted_with_one_line_and_loses_nothing(house: Supervisor) -> None:
    lines: list[str] = []
    house.say = lines.append
    house.start()
    with psycopg.connect(house.dsn("owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    first, ended = server_of(house), threading.Event()
    watcher = threading.Thread(target=house.watch, args=(ended,), kwargs={"every": 0.1}, daemon=True)
    watcher.start()
    lines.clear()

    os.kill(first, 9)

    assert wait_until(lambda: house.running() and server_of(house) != first and answers(house))
    assert ask(house, "SELECT answer FROM kept", kind="owner") == 42
    ended.set()
    watcher.join()
    assert len(lines) == 1
    assert "died" in lines[0]


def answers(house: Supervisor) -> bool:
    with contextlib.suppress(psycopg.OperationalError):
        return ask(house, "SELECT 1") == 1
    return False


@pytest.mark.parametrize("claim", ["", "not a number\n", "stranger"])
def test_a_pid_file_left_by_a_power_cut_does_not_keep_the_database_down(
    house: Supervisor, claim: str
) -> None:
    house.start()
    pid_file = house.layout.cluster / "postmaster.pid"
    text = pid_file.read_text()
    house.stop()
    # The number in the file meanwhile belongs to a living process that is not ours.
    stranger = "\n".join([str(os.getpid()), *text.splitlines()[1:]]) + "\n"
    pid_file.write_text(stranger if claim == "stranger" else claim)

    house.start()

    assert ask(house, "SELECT 1") == 1
    assert server_of(house) != os.getpid()


def test_a_database_whose_making_was_killed_is_made_anew(nothing_yet: Supervisor) -> None:
    program = USER.replace("supervisor.join()", "print('go', flush=True)\nsupervisor.join()")
    maker = in_another_process(program, str(nothing_yet.layout.root))
    assert wait_until(lambda: list(nothing_yet.layout.root.glob("init-*/cluster/*")))

    kill(maker)
    half_made = nothing_yet.layout.leftovers()
    nothing_yet.start()

    assert half_made
    assert not nothing_yet.layout.leftovers()
    assert ask(nothing_yet, "SELECT 1") == 1


def test_a_data_directory_with_a_long_path_gets_its_socket_elsewhere(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path / ("long" * 30), durable=False)

    with supervisor.ensure_running():
        first = supervisor.connection("app").host
        assert ask(supervisor, "SELECT 1") == 1
    with supervisor.ensure_running():
        assert ask(supervisor, "SELECT 1") == 1

    assert supervisor.connection("app").host == first
    assert Path(first).stat().st_mode & 0o077 == 0
    Path(first).rmdir()


def test_a_copy_of_a_database_is_made_and_dropped(house: Supervisor) -> None:
    house.start()
    with psycopg.connect(house.dsn("owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    house.database_copy("copied", template="gridward")

    with psycopg.connect(house.dsn("owner", database="copied")) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    house.database_drop("copied")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(house.dsn("owner", database="copied"))
