"""
How commands begin and end: one line, a stable code, the right exit code, and nothing made that is not needed.
"""

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError

from gridward.kernel.outcomes import Refused, refuse
from gridward.wiring.cli import main
from gridward.wiring.cli.environment import terminal_language
from gridward.wiring.cli.problems import CommandError, ending_of
from gridward.wiring.supervisor import DATA_FORMAT, Supervisor
from gridward.wiring.supervisor.refusals import DiskFullError
from tests.wiring.commands import Ended
from tests.wiring.forked import environment_of, free_port
from tests.wiring.supervisor_cases import ONE_LINE, ROOT, USER, in_another_process, kill


def gridward(*words: str, data: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "gridward.wiring.cli", *words],
        cwd=ROOT,
        env=environment_of(data) | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


Here = Callable[..., Ended]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def here(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """Run a command that ends before any database does, in this process."""

    def run(*words: str, **environment: str) -> Ended:
        for name in ("GRIDWARD_HOST", "GRIDWARD_DEMO", "GRIDWARD_DEBUG", "DATABASE_URL"):
            monkeypatch.setenv(name, environment.get(name, ""))
        monkeypatch.setenv("GRIDWARD_PORT", environment.get("GRIDWARD_PORT", str(free_port())))
        monkeypatch.setenv("GRIDWARD_DATA", str(data))
        capsys.readouterr()
        try:
            code = main(list(words))
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run


def test_help_makes_nothing(data: Path) -> None:
    answer = gridward("--help", data=data)

    assert answer.returncode == 0
    assert "demo" in answer.stdout
    assert not data.exists()


@pytest.mark.parametrize("words", [[], ["dance"], ["database"], ["database", "dance"]])
def test_a_command_nobody_knows_is_a_mistake_of_use(here: Here, data: Path, words: list[str]) -> None:
    answer = here(*words)

    assert answer.exit_code == 2
    assert "Traceback" not in answer.err
    assert not data.exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "８４２０"])
def test_a_port_that_is_none_is_a_mistake_of_use(here: Here, data: Path, port: str) -> None:
    answer = here("doctor", GRIDWARD_PORT=port)

    assert (answer.exit_code, "[settings.wrong]" in answer.err) == (2, True)
    assert ONE_LINE.match(answer.err)


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_taken_port_is_one_line_and_nothing_is_made(here: Here, data: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        answer = here(command, GRIDWARD_PORT=str(port))

    assert answer.exit_code == 4
    assert ONE_LINE.match(answer.err)
    assert "[port.taken]" in answer.err
    assert str(port) in answer.err
    assert not data.exists()


@pytest.mark.parametrize("command", [["demo"], ["database", "migrate"], ["database", "prepare"]])
def test_data_of_a_newer_version_is_one_line(here: Here, data: Path, command: list[str]) -> None:
    data.mkdir()
    (data / "VERSION").write_text(f"{DATA_FORMAT + 1}\n")

    answer = here(*command)

    last = answer.err.splitlines(keepends=True)[-1]
    assert answer.exit_code == 4
    assert ONE_LINE.match(last)
    assert "[data.newer]" in last
    assert "Traceback" not in answer.err
    assert [path.name for path in data.iterdir()] == ["VERSION"]


@pytest.mark.slow
def test_a_second_demo_on_the_same_data_is_told_about_the_first(data: Path) -> None:
    first = in_another_process(USER.replace(".join()", ".start()"), str(data))
    try:
        answer = gridward("demo", data=data)
        still_there = Supervisor(data).running()
    finally:
        kill(first)

    assert answer.returncode == 4
    assert ONE_LINE.match(answer.stderr)
    assert f"process {first.pid}" in answer.stderr
    assert still_there


@pytest.mark.slow
def test_tables_of_another_version_end_the_demo_with_one_line_and_stay_as_they_are(data: Path) -> None:
    supervisor = Supervisor(data, durable=False)
    with supervisor.ensure_running(), psycopg.connect(supervisor.dsn("owner")) as connection:
        connection.execute(
            "CREATE TABLE django_migrations (id serial, app text, name text, applied timestamptz)"
        )
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('intake', '0099_later', now())"
        )

    answer = gridward("demo", data=data)

    last = answer.stderr.splitlines(keepends=True)[-1]
    assert answer.returncode == 4
    assert ONE_LINE.match(last)
    assert "[database.other_version]" in last
    assert "intake.0099_later" in last
    assert not supervisor.running()


@pytest.mark.slow
def test_the_prepared_database_is_down_again_when_the_command_ends(data: Path) -> None:
    answer = gridward("database", "prepare", data=data)

    assert (answer.returncode, str(data) in answer.stdout) == (0, True)
    assert not Supervisor(data).running()
    assert (data / "postgres" / "PG_VERSION").exists()


def test_stop_says_when_nothing_runs_and_makes_nothing(here: Here, data: Path) -> None:
    answer = here("stop")

    assert (answer.exit_code, answer.out) == (0, "Nothing runs.\n")
    assert not data.exists()


@pytest.mark.slow
def test_stop_ends_a_database_that_a_command_keeps_running(data: Path) -> None:
    user = in_another_process(USER, str(data))

    answer = gridward("stop", data=data)

    assert (answer.returncode, answer.stdout) == (0, "Stopped.\n")
    assert not Supervisor(data).running()
    kill(user)


def test_the_roles_for_an_own_server_are_printed_without_touching_anything(here: Here, data: Path) -> None:
    answer = here("database", "prepare", "--print-sql")

    assert answer.exit_code == 0
    assert "CREATE ROLE gridward_app LOGIN NOINHERIT" in answer.out
    assert not data.exists()


def test_a_database_of_one_s_own_is_not_prepared_by_us(here: Here, data: Path) -> None:
    answer = here("database", "prepare", DATABASE_URL="postgresql://app@localhost/city")

    assert (answer.exit_code, "--print-sql" in answer.err) == (2, True)
    assert not data.exists()


def test_doctor_tells_machine_readable_findings(here: Here, data: Path) -> None:
    answer = here("doctor", "--json")

    assert answer.exit_code == 0, answer.out
    assert '"what": "database", "good": true' in answer.out


def test_doctor_refuses_the_embedded_database_for_production(here: Here, data: Path) -> None:
    answer = here("doctor", "--production")

    assert answer.exit_code == 4
    assert "BAD production" in answer.out


@pytest.mark.slow
def test_doctor_finds_secrets_that_others_may_read(data: Path) -> None:
    gridward("database", "prepare", data=data)
    (data / "secrets").chmod(0o755)

    answer = gridward("doctor", data=data)

    assert answer.returncode == 4
    assert "BAD secrets: others may read secrets" in answer.stdout


def test_a_database_that_does_not_answer_is_found_by_doctor(here: Here, data: Path) -> None:
    answer = here("doctor", DATABASE_URL="postgresql://nobody@127.0.0.1:1/city")

    assert answer.exit_code == 4
    assert "BAD database" in answer.out
    assert "Traceback" not in answer.err


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


def test_a_command_after_which_something_stays_frozen_ends_in_silence(tmp_path: Path) -> None:
    program = "import gc, sys, duckdb; from gridward.wiring.cli import main; gc.freeze(); sys.exit(main(sys.argv[1:]))"

    ended = subprocess.run(
        [sys.executable, "-c", program, "simulate", "day", "--no-such-word"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env=os.environ | {"GRIDWARD_DATA": str(tmp_path / "data")},
    )  # fmt: skip

    assert "no-such-word" in ended.stderr and "leaked" not in ended.stderr
