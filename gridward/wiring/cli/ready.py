"""
Gets what a command stands on ready: the database running, Django set up and pointed at it, the tables there.

Refuses to start a server for somebody who brought a database of his own (DATABASE_URL).
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from gridward.wiring.cli.environment import Environment, terminal_language
from gridward.wiring.cli.fit import columns_check, history_check, steps_fitting
from gridward.wiring.cli.problems import CommandError
from gridward.wiring.databases import databases
from gridward.wiring.supervisor import Supervisor
from gridward.wiring.supervisor.server import Say

OWNER_ALIAS = "owner"


@contextmanager
def database_ready(environment: Environment, say: Say | None = None) -> Iterator[None]:
    """Have the database running and Django pointed at it for the length of a `with` block."""
    supervisor = Supervisor(environment.data, say=say) if environment.embedded else None
    with supervisor.ensure_running() if supervisor else nullcontext():
        try:
            django_ready(environment)
            yield
        finally:
            # An open connection would be broken off by the server's stop and complain.
            if apps.ready:
                connections.close_all()


def django_ready(environment: Environment) -> None:
    """Set Django up; the secrets of a first start are younger than settings that were read before it."""
    if not apps.ready:
        django.setup()
    for alias, entry in databases(environment.data).items():
        settings.DATABASES[alias].update(entry)
        connections[alias].settings_dict.update(entry)
    translation.activate(terminal_language())


def tables_migrate(*, verbosity: int = 0) -> None:
    """Bring the tables up to date, as the role that owns them; refuse those of another version."""
    tables_waiting()
    with steps_fitting():
        call_command("migrate", database=OWNER_ALIAS, interactive=False, verbosity=verbosity)
    columns_check(connections[OWNER_ALIAS])
    connections[OWNER_ALIAS].close()


def tables_waiting() -> int:
    """Return how many migrations have not run yet; refuse when others have than ours."""
    executor = MigrationExecutor(connections[OWNER_ALIAS])
    history_check(executor.loader, connections[OWNER_ALIAS])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def tables_check() -> None:
    """Refuse to go on with tables that are older than the program, or another's."""
    if waiting := tables_waiting():
        raise CommandError(
            f"The tables are not up to date ({waiting} steps missing). Run: gridward database migrate",
            code="database.not_migrated",
        )
    columns_check(connections[OWNER_ALIAS])
    connections[OWNER_ALIAS].close()
