"""
Asks whether the tables that are there and this program belong together.

Owns three questions: were steps run that this program does not know, in an order it does not know, and do the tables
have the columns it reads and writes. Refuses with one line and one code; changes and repairs nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.loader import MigrationLoader

from gridward.wiring.cli.problems import CommandError

MOST_NAMED = 3
COLUMNS = """
    select relation.relname, attribute.attname
    from pg_attribute attribute join pg_class relation on relation.oid = attribute.attrelid
    where relation.relnamespace = current_schema()::regnamespace and relation.relkind in ('r', 'p')
      and attribute.attnum > 0 and not attribute.attisdropped
"""


def history_check(loader: MigrationLoader, connection: BaseDatabaseWrapper) -> None:
    """Refuse tables that were made by steps this program does not have, or not in its order."""
    # Only our own: what a package we use calls its steps is its own affair.
    unknown = [
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in settings.ROOMS and (app, name) not in (loader.disk_migrations or {})
    ]
    if unknown:
        raise _other_version(f"it ran steps this one does not know: {_named(unknown)}")
    try:
        loader.check_consistent_history(connection)
    except InconsistentMigrationHistory as error:
        raise _other_version("it ran its steps in another order") from error


def columns_check(connection: BaseDatabaseWrapper) -> None:
    """Refuse tables that lack a column of this program, whatever steps are said to have run."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        present = set(cursor.fetchall())
    missing = [f"{table}.{column}" for table, column in _wanted_columns() if (table, column) not in present]
    if missing:
        raise _other_version(f"there is no {_named(missing)}")


@contextmanager
def steps_fitting() -> Iterator[None]:
    """Refuse when a step, run inside the block, does not find what it builds on."""
    try:
        yield
    except ProgrammingError as error:
        raise _other_version(
            f"a step failed on them with {type(error.__cause__ or error).__name__}"
        ) from error


def _wanted_columns() -> Iterator[tuple[str, str]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            for field in model._meta.local_concrete_fields:
                yield model._meta.db_table, str(field.column)


def _named(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(sorted(names)[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _other_version(how: str) -> CommandError:
    return CommandError(
        f"The tables were made by another version of Gridward ({how})."
        " Use that version, or set GRIDWARD_DATA (or DATABASE_URL) to another database.",
        code="database.other_version",
    )
