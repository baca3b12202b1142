"""`gridward database prepare | migrate`: the roles and the tables."""

import argparse
from typing import Any

from gridward.wiring.cli.environment import environment_read
from gridward.wiring.cli.problems import USAGE, CommandError
from gridward.wiring.cli.progress import Progress
from gridward.wiring.cli.ready import database_ready, tables_migrate, tables_waiting
from gridward.wiring.supervisor import Supervisor
from gridward.wiring.supervisor.roles import printed_sql


def register(subparsers: Any) -> None:
    """Add the command and its two subcommands."""
    parser = subparsers.add_parser("database", help="database roles and tables")
    commands = parser.add_subparsers(dest="action", metavar="action", required=True)
    prepare = commands.add_parser("prepare", help="make the roles and the database")
    prepare.add_argument(
        "--print-sql", action="store_true", help="print it for a PostgreSQL 15 or newer of your own"
    )
    prepare.set_defaults(run=run_prepare)
    migrate = commands.add_parser("migrate", help="bring the tables up to date")
    migrate.set_defaults(run=run_migrate)


def run_prepare(arguments: argparse.Namespace) -> int:
    """Prepare the embedded database, or print what an administrator runs on his own."""
    if arguments.print_sql:
        print(printed_sql(), end="")
        return 0
    environment = environment_read()
    if not environment.embedded:
        raise CommandError(
            "DATABASE_URL is set: an administrator of that server runs what this prints:"
            " gridward database prepare --print-sql",
            code="database.not_ours",
            exit_code=USAGE,
        )
    progress = Progress(1)
    with progress.step("preparing the database"), Supervisor(environment.data, say=progress).ensure_running():
        print(f"The database in {environment.data} is prepared.")
    return 0


def run_migrate(arguments: argparse.Namespace) -> int:
    """Run the migrations that have not run yet, as the owner of the tables."""
    progress = Progress(2)
    with database_ready(environment_read(), progress):
        with progress.step("looking for missing steps"):
            waiting = tables_waiting()
        with progress.step(f"running {waiting} steps"):
            tables_migrate()
    print("The tables are up to date.")
    return 0
