"""
Owns the indexes of the blind keys: a first load in lanes does without them, and they are there again whatever ends it.

Only who holds the lock of the imports builds them: two at a time would build the same one.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection, transaction

from gridward.registry.stages import LOCK


def keys_unindex() -> None:
    """Let the first people of a register go in without the indexes of their blind keys. Runs inside a job's scope."""
    with connection.cursor() as cursor:
        cursor.execute("select registry_keys_unindex()")


def keys_index() -> None:
    """Build what indexes of the blind keys are missing; nothing when there are all, as nearly always."""
    with connection.cursor() as cursor:
        cursor.execute("select registry_keys_index()")


@contextmanager
def keys_indexed() -> Iterator[None]:
    """
    Build what indexes are missing behind the block, however it ends.

    A killed process builds nothing, nor does one that has lost its database: `key_indexes_mend` does.
    """
    try:
        yield
    except BaseException:
        # Whatever ended the block is what its caller has to hear.
        with suppress(Error):
            keys_index()
        raise
    keys_index()


def key_indexes_mend() -> bool:
    """Build the indexes that a killed import left missing, and tell whether it did; not while an import runs."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select registry_keys_missing()")
        if cursor.fetchone() == (False,):
            return False
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        if cursor.fetchone() == (False,):
            return False
        keys_index()
        return True
