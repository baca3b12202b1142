"""
How commands begin and end: one line, a stable code, the right exit code, and nothing made that is not needed.
"""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError

from gridward.kernel.outcomes import Refused, refuse
from gridward.wiring.cli.environment import terminal_language
from gridward.wiring.cli.problems import CommandError, ending_of
from gridward.wiring.supervisor import DATA_FORMAT, Supervisor
from gridward.wiring.supervisor.refusals import DiskFullError
from tests.wiring.supervisor_cases import ONE_LINE, ROOT, USER, in_another_process, kill


def gridward(*words: str, data: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as a person would."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("GRIDWARD_", "DATABASE_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "gridward.wiring.cli", *words],
        cwd=ROOT,
        env=clean | {"GRIDWARD_DATA": str(data), "LC_ALL": "C.UTF-8"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_help_makes_nothing(data: Path) -> None:
    answer = gridward("--help", data=data)

    assert answer.returncode == 0
    assert "demo" in answer.stdout
    assert not data.exists()


@pytest.mark.parametrize("words", [[], ["dance"], ["database"], ["database", "dance"]])
def test_a_command_nobody_knows_is_a_mistake_of_use(data: Path, words: list[str]) -> None:
    answer = gridward(*words, data=data)

    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
    assert not data.exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "８４２０"])
def test_a_port_that_is_none_is_a_mistake_of_use(data: Path, port: str) -> None:
    answer = gridward("doctor", data=data, GRIDWARD_PORT=port)

    assert (answer.returncode, "[settings.wrong]" in answer.stderr) == (2, True)
    assert ONE_LINE.match(answer.stderr)


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_taken_port_is_one_line_and_nothing_is_made(data: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        answer = gridward(command, data=data, GRIDWARD_PORT=str(port))

    assert answer.returncode == 4
    assert ONE_LINE.match(answer.stderr)
    assert "[port.taken]" in answer.stderr
    assert str(port) in answer.stderr
    assert not data.exists()


@pytest.mark.parametrize("command", [["demo"], ["database", "migrate"], ["database", "prepare"]])
def test_data_of_a_newer_version_is_one_line(data: Path, command: list[str]) -> None:
    data.mkdir()
    (data / "VERSION").write_text(f"{DATA_FORMAT + 1}\n")

    answer = gridward(*command, data=data, GRIDWARD_PORT="8467")

    last = answer.stderr.splitlines(keepends=True)[-1]
    assert answer.returncode == 4
    assert ONE_LINE.match(last)
    assert "[data.newer]" in last
    assert "Traceback" not in answer.stderr
    assert [path.name for path in data.iterdir()] == ["VERSION"]


def test_a_second_demo_on_the_same_data_is_told_about_the_first(data: Path) -> None:
    first = in_another_process(USER.replace(".join()", ".start()"), str(data))
    try:
        answer = gridward("demo", data=data, GRIDWARD_PORT="8467")
        still_there = Supervisor(data).running()
    finally:
        kill(first)

    assert answer.returncode == 4
    assert ONE_LINE.match(answer.stderr)
    assert f"process {first.pid}" in answer.stderr
    assert still_there


def test_the_prepared_database_is_down_again_when_the_command_ends(data: Path) -> None:
    answer = gridward("database", "prepare", data=data)

    assert (answer.returncode, str(data) in answer.stdout) == (0, True)
    assert not Supervisor(data).running()
    assert (data / "postgres" / "PG_VERSION").exists()


def test_stop_says_when_nothing_runs_and_makes_nothing(data: Path) -> None:
    answer = gridward("stop", data=data)

    assert (answer.returncode, answer.stdout) == (0, "Nothing runs.\n")
    assert not data.exists()


def test_stop_ends_a_database_that_a_command_keeps_running(data: Path) -> None:
    user = in_another_process(USER, str(data))

    answer = gridward("stop", data=data)

    assert (answer.returncode, answer.stdout) == (0, "Stopped.\n")
    assert not Supervisor(data).running()
    kill(user)


def test_the_roles_for_an_own_server_are_printed_without_touching_anything(data: Path) -> None:
    answer = gridward("database", "prepare", "--print-sql", data=data)

    assert answer.returncode == 0
    assert "CREATE ROLE gridward_app LOGIN NOINHERIT" in answer.stdout
    assert not data.exists()


def test_a_database_of_one_s_own_is_not_prepared_by_us(data: Path) -> None:
    answer = gridward("database", "prepare", data=data, DATABASE_URL="postgresql://app@localhost/city")

    assert (answer.returncode, "--print-sql" in answer.stderr) == (2, True)
    assert not data.exists()


def test_doctor_tells_machine_readable_findings(data: Path) -> None:
    answer = gridward("doctor", "--json", data=data, GRIDWARD_PORT="8467")

    assert answer.returncode == 0, answer.stdout
    assert '"what": "database", "good": true' in answer.stdout


def test_doctor_refuses_the_embedded_database_for_production(data: Path) -> None:
    answer = gridward("doctor", "--production", data=data, GRIDWARD_PORT="8467")

    assert answer.returncode == 4
    assert "BAD production" in answer.stdout


def test_doctor_finds_secrets_that_others_may_read(data: Path) -> None:
    gridward("database", "prepare", data=data)
    (data / "secrets").chmod(0o755)

    answer = gridward("doctor", data=data, GRIDWARD_PORT="8467")

    assert answer.returncode == 4
    assert "BAD secrets: others may read secrets" in answer.stdout


def test_a_database_that_does_not_answer_is_found_by_doctor(data: Path) -> None:
    answer = gridward(
        "doctor", data=data, GRIDWARD_PORT="8467", DATABASE_URL="postgresql://nobody@127.0.0.1:1/city"
    )

    assert answer.returncode == 4
    assert "BAD database" in answer.stdout
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("error", "exit_code", "code"),
    [
        (CommandError("No.", code="some.code", exit_code=2), 2, "some.code"),
        (DiskFullError("Disk full."), 4, "disk.full"),
        (OSError(errno.ENOSPC, "No space left on device"), 4, "disk.full"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "list.csv"), 4, "file.unusable"),
        (OperationalError("connection failed"), 4, "database.unreachable"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (ValueError("13800001111"), 1, "internal"),
    ],
)
def test_every_failure_ends_with_one_line_and_its_exit_code(
    error: BaseException, exit_code: int, code: str
) -> None:
    ending = ending_of(error)

    assert (ending.exit_code, ending.line.endswith(f"[{code}]")) == (exit_code, True)
    assert ONE_LINE.match(ending.line + "\n")


def test_a_refusal_of_the_house_is_told_in_the_catalogue_s_words() -> None:
    ending = ending_of(Refused(refuse("conflict")))

    assert ending.exit_code == 3
    assert ending.line.endswith("[conflict]")


def test_a_mistake_in_the_program_does_not_tell_values() -> None:
    assert "13800001111" not in ending_of(ValueError("13800001111")).line


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("zh_CN.UTF-8", "zh-hans"),
        ("zh_TW.UTF-8", "zh-hant"),
        ("zh_HK", "zh-hant"),
        ("en_GB.UTF-8", "en"),
        ("C", "en"),
        ("de_DE.UTF-8", "en"),
    ],
)
def test_the_terminal_is_answered_in_its_language_if_we_speak_it(
    monkeypatch: pytest.MonkeyPatch, wish: str, language: str
) -> None:
    monkeypatch.setenv("LC_ALL", wish)

    assert terminal_language() == language
