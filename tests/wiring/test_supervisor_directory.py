"""The data directory before anything is started: whose it is, how new, how much room, how closed, which passwords."""

import errno
import os
import stat
from pathlib import Path

import pytest

from gridward.wiring.supervisor import Connection, Layout, SupervisorError, layout, passwords

MB = 2**20


def code_of(call: object, *arguments: object) -> str:
    """The code of the refusal a call ends with, or nothing when it does not refuse."""
    try:
        call(*arguments)  # type: ignore[operator]  # one of the checks
    except SupervisorError as refused:
        assert "\n" not in str(refused)
        return refused.code
    return ""


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([], ""),
        (["secrets/"], ""),
        (["secrets/", "keystore/", "heads/", "static/", "lost+found/"], ""),
        ([".VERSION-abc"], ""),
        (["holiday.jpg"], "data.foreign"),
        (["secrets/", "notes.txt"], "data.foreign"),
        (["postgres/"], "data.foreign"),
        ([".hidden"], "data.foreign"),
    ],
)
def test_a_directory_without_our_mark_is_used_only_when_it_holds_nothing_of_others(
    tmp_path: Path, names: list[str], code: str
) -> None:
    for name in names:
        (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()

    assert code_of(layout.check_usable, Layout(tmp_path)) == code


@pytest.mark.parametrize(
    ("version", "code"),
    [("1", ""), (" 1\n\n", ""), ("0", ""), ("2", "data.newer"), ("12", "data.newer"), ("", "data.foreign"),
     ("-1", "data.foreign"), ("1.0", "data.foreign"), ("one", "data.foreign"), ("\x00\xff", "data.foreign")],
)  # fmt: skip
def test_the_mark_says_how_new_the_data_is(tmp_path: Path, version: str, code: str) -> None:
    (tmp_path / "VERSION").write_text(version, encoding="latin-1")

    assert code_of(layout.check_usable, Layout(tmp_path)) == code


@pytest.mark.parametrize(
    ("free", "made", "code"),
    [
        (299 * MB, False, "disk.full"),
        (300 * MB, False, ""),
        (31 * MB, True, "disk.full"),
        (32 * MB, True, ""),
    ],
)
def test_a_first_start_needs_more_room_than_a_later_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, made: bool, code: str
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda place: _Usage(free))
    root = tmp_path / "not" / "there" / "yet"
    if made:
        (root / "postgres").mkdir(parents=True)

    assert code_of(layout.check_room, Layout(root)) == code
    assert made or not root.exists()


class _Usage:
    def __init__(self, free: int) -> None:
        self.free = free


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk.full"), (errno.EDQUOT, "disk.full"), (errno.EACCES, "data.not_writable"),
     (errno.EROFS, "data.not_writable"), (errno.EPERM, "data.not_writable"), (errno.ENOTDIR, "data.not_writable")],
    ids=errno.errorcode.get,
)  # fmt: skip
def test_what_a_disk_answers_becomes_a_refusal_that_names_the_place(
    tmp_path: Path, number: int, code: str
) -> None:
    def write() -> None:
        with layout.disk_errors(tmp_path):
            raise OSError(number, os.strerror(number))

    with pytest.raises(SupervisorError, match=str(tmp_path)) as refused:
        write()

    assert refused.value.code == code


def test_an_answer_of_the_disk_that_nobody_foresaw_is_no_refusal(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="broken"), layout.disk_errors(tmp_path):
        raise OSError(errno.EIO, "broken")


def test_making_the_directory_twice_changes_nothing_and_everything_in_it_is_closed(tmp_path: Path) -> None:
    made = Layout(tmp_path / "data")

    for _ in range(2):
        layout.layout_prepare(made)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made.root.iterdir()}
    assert modes == {
        "VERSION": 0o600, "secrets": 0o700, "keystore": 0o700, "heads": 0o700, "run": 0o700, "logs": 0o700,
    }  # fmt: skip
    assert made.version_file.read_text() == "1\n"


def test_a_private_file_is_there_wholly_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret"
    layout.write_private(path, "first")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="full"):
        layout.write_private(path, "second")

    assert path.read_text() == "first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize(("length", "too_long"), [(80, False), (89, False), (90, True), (200, True)])
def test_a_socket_s_path_may_not_be_longer_than_the_kernel_takes(length: int, too_long: bool) -> None:
    root = Path("/" + "d" * (length - 1))

    assert len(str(root)) == length
    assert Layout(root).socket_too_long() is too_long


# --- passwords --------------------------------------------------------------------------------------------------------


def test_passwords_are_made_once_and_a_missing_one_is_made_later(tmp_path: Path) -> None:
    made = Layout(tmp_path / "data")
    layout.layout_prepare(made)
    passwords.passwords_make(made)
    before = {kind: passwords.password_read(made, kind) for kind in passwords.LOGINS}
    (made.secrets / "app").unlink()

    passwords.passwords_make(made)

    after = {kind: passwords.password_read(made, kind) for kind in passwords.LOGINS}
    assert {kind for kind in after if after[kind] != before[kind]} == {"app"}
    assert len(set(after.values())) == len(after)
    assert all(len(password) >= 40 for password in after.values())
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.secrets.iterdir()} == {0o600}


def test_a_connection_quotes_what_would_break_out_of_it() -> None:
    connection = Connection(
        host="/run/a b", port=5432, database="city", user="app", password="it's 'mine' \\ host=evil"
    )

    assert connection.dsn().count("host=") == 2, "one of its own, and one inside the quoted password"
    assert connection.django()["PASSWORD"] == "it's 'mine' \\ host=evil"
    assert "mine" not in repr(connection)
