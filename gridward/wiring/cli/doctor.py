"""`gridward doctor`: look at machine, data directory and database, and say what is not as it should be."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import psycopg

from gridward.wiring.cli.environment import Environment, environment_read, port_check
from gridward.wiring.cli.problems import ENVIRONMENT, CommandError
from gridward.wiring.supervisor import Layout, Supervisor, SupervisorError
from gridward.wiring.supervisor.binaries import programs_folder
from gridward.wiring.supervisor.identity import identity_choose
from gridward.wiring.supervisor.layout import check_room, check_usable

OLDEST_SERVER = 150000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    good: bool
    words: str


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("doctor", help="check machine, data directory and database")
    parser.add_argument(
        "--production", action="store_true", help="also refuse what is only fit for a demonstration"
    )
    parser.add_argument("--json", action="store_true", help="answer with JSON on stdout")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the findings; the exit code says whether all of them are good."""
    environment = environment_read()
    findings = list(_findings(environment, production=arguments.production))
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{'ok ' if finding.good else 'BAD'} {finding.what}: {finding.words}")
    return 0 if all(finding.good for finding in findings) else ENVIRONMENT


def _findings(environment: Environment, *, production: bool) -> Iterator[Finding]:
    yield Finding("Python", sys.version_info >= (3, 11), sys.version.split()[0])
    yield _data(environment)
    yield _modes(Layout(environment.data))
    yield _port(environment)
    yield from _server(environment)
    if production:
        yield Finding(
            "production",
            not environment.embedded,
            "a PostgreSQL of your own"
            if not environment.embedded
            else "the embedded database has no TLS, no replica and no backups: set DATABASE_URL",
        )


def _data(environment: Environment) -> Finding:
    layout = Layout(environment.data)
    try:
        check_usable(layout)
        check_room(layout)
    except SupervisorError as error:
        return Finding("data directory", False, str(error))
    return Finding("data directory", True, str(environment.data))


def _modes(layout: Layout) -> Finding:
    """Keys and passwords are for one user alone."""
    open_ones = [
        folder.name
        for folder in (layout.secrets, layout.keystore)
        if folder.exists() and folder.stat().st_mode & 0o077
    ]
    return Finding(
        "secrets", not open_ones, f"others may read {', '.join(open_ones)}" if open_ones else "closed"
    )


def _port(environment: Environment) -> Finding:
    if Supervisor(environment.data).supervisor_pid() is not None:
        return Finding("port", True, f"Gridward runs at {environment.url}")
    try:
        port_check(environment)
    except CommandError as error:
        return Finding("port", False, str(error))
    return Finding("port", True, f"{environment.port} is free")


def _server(environment: Environment) -> Iterator[Finding]:
    try:
        if not environment.embedded:
            yield from _asked(environment.database_url)
            return
        supervisor = Supervisor(environment.data)
        if not supervisor.attach():
            folder = programs_folder(identity_choose(supervisor.layout.cluster))
            yield Finding("database", True, f"embedded, not running; programs in {folder}")
            return
        try:
            yield from _asked(supervisor.dsn("app"))
        finally:
            supervisor.leave()
    except SupervisorError as error:
        yield Finding("database", False, str(error))


def _asked(dsn: str) -> Iterator[Finding]:
    try:
        with psycopg.connect(dsn, connect_timeout=10) as connection:
            row = connection.execute(
                "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            yield _database(connection.info.server_version, bypasses=bool(row and row[0]))
            if _is_there(connection, "kernel_failure"):
                yield _outbox(connection)
            if _has_function(connection, "registry_keys_missing()"):
                yield _register(connection)
    except psycopg.Error as error:
        yield Finding("database", False, str(error).strip().splitlines()[-1])


def _is_there(connection: "psycopg.Connection[Any]", table: str) -> bool:
    """Tell whether a table exists yet: before the first migration there is none."""
    return connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,)


def _has_function(connection: "psycopg.Connection[Any]", signature: str) -> bool:
    return connection.execute("SELECT to_regprocedure(%s)", [signature]).fetchone() != (None,)


#: Held by whoever imports into the register or builds its indexes: `registry.stages.LOCK`. The doctor needs no Django.
REGISTER_LOCK = 7_206_002


def _register(connection: "psycopg.Connection[Any]") -> Finding:
    row = connection.execute(
        "SELECT registry_keys_missing(), EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 0"
        " AND objid = %s AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
        [REGISTER_LOCK],
    ).fetchone()
    missing, busy = row or (False, False)
    if not missing:
        return Finding("register", True, "every index of the blind keys is there")
    if busy:
        return Finding(
            "register", True, "an import is at work and builds the indexes of the blind keys at its end"
        )
    return Finding(
        "register",
        False,
        "indexes of the blind keys are missing: lists are matched slowly until the worker builds them,"
        " within a minute; see that it runs",
    )


def _outbox(connection: "psycopg.Connection[Any]") -> Finding:
    counted = connection.execute("SELECT count(*), count(set_aside_at) FROM kernel_failure").fetchone()
    failed, aside = counted or (0, 0)
    if aside:
        return Finding("outbox", False, f"{aside} facts were set aside, see: gridward outbox list")
    return Finding("outbox", True, f"{failed} facts wait for another try" if failed else "nothing failed")


def _database(version: int, *, bypasses: bool) -> Finding:
    if version < OLDEST_SERVER:
        return Finding(
            "database", False, f"PostgreSQL {version // 10000} is too old, 15 is the oldest that serves"
        )
    if bypasses:
        return Finding("database", False, "the site logs in as a role that bypasses row-level security")
    return Finding("database", True, f"PostgreSQL {version // 10000} answers")
