"""What the supervisor refuses: one line, a stable code, and nothing half-made."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridward.wiring.supervisor import DATA_FORMAT, Supervisor, SupervisorError, layout

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount and give files away")


def refusal_of(supervisor: Supervisor) -> SupervisorError:
    with pytest.raises(SupervisorError) as refused:
        supervisor.start()
    assert "\n" not in str(refused.value)
    return refused.value


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(disk)], check=True)
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_data_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "VERSION").write_text(f"{DATA_FORMAT + 1}\n")

    refusal = refusal_of(Supervisor(tmp_path))

    assert refusal.code == "data.newer"
    assert [path.name for path in tmp_path.iterdir()] == ["VERSION"]


def test_a_version_that_is_no_number_is_refused(tmp_path: Path) -> None:
    (tmp_path / "VERSION").write_text("one\n")

    assert refusal_of(Supervisor(tmp_path)).code == "data.foreign"


@pytest.mark.slow
def test_a_cluster_of_another_postgresql_is_refused(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path / "data", durable=False)
    with supervisor.ensure_running():
        pass
    (supervisor.layout.cluster / "PG_VERSION").write_text("17\n")

    refusal = refusal_of(supervisor)

    assert refusal.code == "data.newer"
    assert "PostgreSQL 17" in str(refusal)


def test_a_directory_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    mode = tmp_path.stat().st_mode

    refusal = refusal_of(Supervisor(tmp_path))

    assert refusal.code == "data.foreign"
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]
    assert tmp_path.stat().st_mode == mode


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").touch()

    assert refusal_of(Supervisor(tmp_path / "data")).code == "data.foreign"


@pytest.mark.slow
def test_a_first_secret_does_not_make_the_directory_foreign(tmp_path: Path) -> None:
    (tmp_path / "data" / "secrets").mkdir(parents=True)
    (tmp_path / "data" / "secrets" / "session.key").touch()
    supervisor = Supervisor(tmp_path / "data", durable=False)

    with supervisor.ensure_running():
        assert supervisor.running()


def test_a_place_where_nothing_can_be_written_is_refused(tmp_path: Path) -> None:
    # /proc takes nothing from anybody, root included.
    refusal = refusal_of(Supervisor(Path("/proc/self/data")))

    assert refusal.code in ("data.not_writable", "disk.full")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_closed_parent_is_refused(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)

    assert refusal_of(Supervisor(tmp_path / "closed" / "data")).code == "data.not_writable"


@needs_root
def test_a_read_only_disk_is_refused(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro,size=400m", str(small_disk)], check=True)

    refusal = refusal_of(Supervisor(small_disk / "data"))

    assert refusal.code == "data.not_writable"
    assert "Read-only" in str(refusal)


@needs_root
def test_data_of_another_user_is_refused(tmp_path: Path) -> None:
    version = tmp_path / "VERSION"
    version.write_text(f"{DATA_FORMAT}\n")
    os.chown(version, 65534, 65534)

    refusal = refusal_of(Supervisor(tmp_path))

    assert refusal.code == "data.other_user"
    assert "nobody" in str(refusal)


@needs_root
def test_a_disk_with_too_little_room_is_refused_before_anything_is_made(small_disk: Path) -> None:
    refusal = refusal_of(Supervisor(small_disk / "data"))

    assert refusal.code == "disk.full"
    assert "300 MB" in str(refusal)
    assert list(small_disk.iterdir()) == []


@pytest.mark.slow
@needs_root
def test_a_disk_that_fills_up_while_the_database_is_made_leaves_no_half_made_one(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "FIRST_START_BYTES", 0)
    supervisor = Supervisor(small_disk / "data", durable=False)

    refusal = refusal_of(supervisor)

    assert refusal.code == "disk.full"
    assert not supervisor.layout.cluster.exists()
    assert not supervisor.layout.leftovers()


@pytest.mark.slow
@needs_root
def test_a_refused_first_start_succeeds_once_there_is_room(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "FIRST_START_BYTES", 0)
    supervisor = Supervisor(small_disk / "data", durable=False)
    refusal_of(supervisor)
    subprocess.run(["mount", "-o", "remount,size=400m", str(small_disk)], check=True)

    with supervisor.ensure_running():
        running = supervisor.running()

    assert running
