"""
What the supervisor decides before it starts anything: who runs the server, which lock is held, what `postmaster.pid` is
worth, how much memory there is. No server runs here.
"""

import os
import pwd
from pathlib import Path

import pytest

from gridward.wiring.supervisor import (
    Layout,
    Supervisor,
    SupervisorError,
    binaries,
    cluster,
    identity,
    refusals,
    server,
    tuning,
)
from gridward.wiring.supervisor.identity import Identity, identity_choose, may_reach
from gridward.wiring.supervisor.locks import FileLock
from tests.wiring.supervisor_cases import in_another_process, kill

SOMEBODY = Identity(uid=65534, gid=65534, dropped=True)
MB = 2**20


# --- who runs the server ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to somebody else")
def test_a_database_keeps_its_user_and_a_new_one_never_gets_root(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    os.chown(theirs, 12345, 54321)

    assert identity_choose(theirs) == Identity(uid=12345, gid=54321, dropped=True)
    assert identity_choose(tmp_path / "new").uid != 0
    assert identity_choose(tmp_path).uid != 0, "root's own directory is no reason to run as root"


def test_everybody_else_runs_it_as_himself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 4242)

    chosen = identity_choose(tmp_path)

    assert (chosen.uid, chosen.dropped, chosen.process_arguments()) == (4242, False, {})
    assert chosen.name_of(tmp_path) == str(tmp_path)


def test_a_machine_without_the_users_we_know_gets_the_number_of_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("pwd.getpwnam", lambda name: {}[name])

    chosen = identity_choose(tmp_path / "new")

    assert chosen == Identity(uid=identity.FALLBACK_ID, gid=identity.FALLBACK_ID, dropped=True)
    assert chosen.process_arguments() == {"user": 65534, "group": 65534, "extra_groups": []}
    assert chosen.name_of(tmp_path) == "/proc/self/cwd"


def test_a_user_that_is_root_under_another_name_does_not_run_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = pwd.getpwuid(0)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("pwd.getpwnam", lambda name: root)

    assert identity_choose(tmp_path / "new").uid == identity.FALLBACK_ID


@pytest.mark.parametrize(
    ("mode", "owner", "group", "reached"),
    [(0o755, 0, 0, True), (0o711, 0, 0, True), (0o700, 0, 0, False), (0o700, 65534, 0, True), (0o300, 65534, 0, False),
     (0o750, 0, 65534, True), (0o705, 0, 65534, False)],
)  # fmt: skip
@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives directories away")
def test_the_server_s_user_reaches_what_the_modes_allow(
    mode: int, owner: int, group: int, reached: bool
) -> None:
    # Below a directory that everybody may enter; pytest's own are closed.
    place = Path("/var/tmp") / f"gridward-reach-{os.urandom(4).hex()}"
    place.mkdir()
    try:
        os.chown(place, owner, group)
        place.chmod(mode)
        assert may_reach(place, SOMEBODY) is reached
        assert may_reach(place, Identity(uid=0, gid=0, dropped=False)) is True
    finally:
        place.rmdir()


# --- locks ------------------------------------------------------------------------------------------------------------


def test_a_lock_is_alone_or_shared_never_both(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with FileLock(path) as first, FileLock(path) as second, FileLock(path) as third:
        first.take_shared(seconds=0)
        second.take_shared(seconds=0)
        assert not third.try_alone()
        assert not third.held
        first.release()
        assert second.try_alone(), "the last one who shares may have it alone"
        with pytest.raises(refusals.ServerBusyError, match="gridward stop"):
            third.take_shared(seconds=0.01)


def test_a_lock_that_cannot_be_had_alone_is_not_kept_shared_either(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with FileLock(path) as leaving, FileLock(path) as staying:
        leaving.take_shared(seconds=0)
        staying.take_shared(seconds=0)

        assert not leaving.try_alone()

        assert not leaving.held
        assert staying.try_alone()


@pytest.mark.parametrize(
    ("text", "holder"), [("4711\n", 4711), ("", None), ("nobody\n", None), ("-1\n", None)]
)
def test_the_note_of_a_holder_is_believed_when_it_is_a_number(
    tmp_path: Path, text: str, holder: int | None
) -> None:
    (tmp_path / "lock").write_text(text)

    assert FileLock(tmp_path / "lock").holder() == holder
    assert FileLock(tmp_path / "nothing").holder() is None


HOLDER = """
import sys, time
from pathlib import Path
from gridward.wiring.supervisor.locks import FileLock
lock = FileLock(Path(sys.argv[1]))
lock.take_alone(seconds=5)
lock.write_holder()
print("held", flush=True)
time.sleep(60)
"""


def test_a_lock_ends_with_its_holder_however_he_dies(tmp_path: Path) -> None:
    holder = in_another_process(HOLDER, str(tmp_path / "lock"))

    with FileLock(tmp_path / "lock") as mine:
        taken = mine.try_alone()
        named = mine.holder()
        kill(holder)
        free = mine.try_alone()

    assert (taken, named, free) == (False, holder.pid, True)


# --- what postmaster.pid is worth -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claim",
    [
        "",
        "\n",
        "nonsense\n",
        "999999999\n",
        f"{os.getpid()}\n",
        "1\n",
        "-5\n",
        f"{os.getpid()}\n" + "x\n" * 6 + "ready\n",
    ],
    ids=[
        "nothing",
        "no line",
        "no number",
        "nobody",
        "this process",
        "the first process",
        "below zero",
        "all told",
    ],
)
def test_a_claim_is_believed_only_of_a_process_that_lives_in_our_cluster(tmp_path: Path, claim: str) -> None:
    made = Layout(tmp_path)
    made.cluster.mkdir()
    (made.cluster / "postmaster.pid").write_text(claim)

    assert server.server_pid(made) is None
    assert server.server_wait(made) is False
    server.server_stop(made)
    assert Supervisor(tmp_path).running() is False


def test_without_a_claim_nothing_runs(tmp_path: Path) -> None:
    assert server.server_pid(Layout(tmp_path)) is None
    assert Supervisor(tmp_path).supervisor_pid() is None


@pytest.mark.parametrize(
    ("output", "code", "reason"),
    [
        ("FATAL:  could not write lock file: No space left on device", "disk.full", "no room left"),
        ("initdb: error: Disk quota exceeded", "disk.full", "no room left"),
        (
            "starting\nFATAL:  data directory has wrong ownership\nhint: look",
            "database.failed",
            "wrong ownership",
        ),
        ("initdb: error: cannot be run as root\n\n", "database.failed", "cannot be run as root"),
        ("something else\nlast words", "database.failed", "last words"),
        ("", "database.failed", "it said nothing"),
    ],
)
def test_what_a_program_of_postgresql_said_last_is_told(
    tmp_path: Path, output: str, code: str, reason: str
) -> None:
    refusal = cluster.failure(Layout(tmp_path), "The database did not start", output)

    assert refusal.code == code
    assert reason in str(refusal)
    assert "\n" not in str(refusal)


# --- memory, programs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("machine", "buffers", "work"),
    [(512, "128MB", "8MB"), (1024, "128MB", "8MB"), (2048, "256MB", "8MB"), (8192, "1024MB", "16MB"),
     (65536, "2048MB", "64MB"), (1_000_000, "2048MB", "64MB")],
)  # fmt: skip
def test_the_server_takes_a_share_of_the_machine_within_bounds(
    monkeypatch: pytest.MonkeyPatch, machine: int, buffers: str, work: str
) -> None:
    monkeypatch.setattr(tuning, "machine_memory", lambda: machine * MB)

    settings = tuning.settings_for(socket_folder="../run", durable=True)

    assert (settings["shared_buffers"], settings["work_mem"]) == (buffers, work)
    assert settings["listen_addresses"] == ""
    assert "fsync" not in settings, "what is durable says nothing of it"


def test_a_server_for_tests_is_small_and_only_that_one_may_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "machine_memory", lambda: 65536 * MB)

    settings = tuning.settings_for(socket_folder="../run", durable=False)

    assert (settings["shared_buffers"], settings["fsync"]) == ("128MB", "off")


@pytest.mark.parametrize(("shared", "kind"), [(64 * MB, "mmap"), (1024 * MB, None)])
def test_a_container_with_little_shared_memory_uses_files(
    monkeypatch: pytest.MonkeyPatch, shared: int, kind: str | None
) -> None:
    monkeypatch.setattr(tuning, "_shared_memory", lambda: shared)

    settings = tuning.settings_for(socket_folder="../run", durable=True)

    assert settings.get("dynamic_shared_memory_type") == kind


def test_a_machine_without_the_programs_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "WHEEL", "no_such_wheel")

    with pytest.raises(refusals.BinariesMissingError, match="DATABASE_URL") as refused:
        binaries.programs_folder(SOMEBODY)

    assert refused.value.code == "database.programs_missing"


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in SupervisorError.__subclasses__()]

    assert len(set(codes)) == len(codes)
    assert all(code.count(".") == 1 for code in codes)
