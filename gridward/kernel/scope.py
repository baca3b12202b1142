"""
Owns entering and leaving a database scope: the role and the signed set of ranges that row-level security reads.

The page never supplies the values: a SECURITY DEFINER function derives them from the session (or, for a job, from
the order) and signs them for this backend and this transaction. The account's role is signed with it. Refuses to work
outside a transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from gridward.kernel import prepared
from gridward.kernel.outcomes import Refused, refuse

ROLES = frozenset(
    {"gridward_app", "gridward_centre", "gridward_worker", "gridward_agency", "gridward_audit", "gridward_job",
     "gridward_sealer"}
)  # fmt: skip
#: Each of these is asked for every page, so they are one statement each; PostgreSQL works a list out from the left.
_STEP_BACK = """
select current_setting('role'), coalesce(current_setting('gridward.scope', true), ''),
       set_config('role', 'gridward_app', true)
"""
_RESTORE = "select set_config('role', %s, true), set_config('gridward.scope', %s, true)"
_ENTER = "select set_config('role', e.role, true) from ({enter}) e(role) where e.role = any(%s)"


@contextmanager
def entered(enter_sql: str, params: tuple[str | UUID, ...], *, to_end: bool = False) -> Iterator[None]:
    """
    Run the block inside the scope that `enter_sql` (a call of a SECURITY DEFINER function) grants.

    The function returns the name of a database role, or null when there is no scope: then the block does not run
    and `Refused("not_found")` is raised. Role and scope are restored at the end, whatever happens; with `to_end` the
    transaction itself ends there, and takes them along.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a scope lives inside a transaction")
    before = None if to_end and _is_fresh() else _stepped_back()
    if prepared.one(_ENTER.format(enter=enter_sql), (*params, sorted(ROLES))) is None:
        _restore(before)
        raise Refused(refuse("not_found"))
    try:
        yield
    finally:
        _restore(before)


def _is_fresh() -> bool:
    """Tell whether the transaction is the outermost one: both settings end with it, and nobody has made one before."""
    return not connection.savepoint_ids


def _stepped_back() -> tuple[str, str]:
    """Step back to the application, which alone may ask for a scope; return role and scope as they were."""
    with connection.cursor() as cursor:
        cursor.execute(_STEP_BACK)
        role, scope, _role = cursor.fetchone()
    return role, scope


def _restore(before: tuple[str, str] | None) -> None:
    # After an error inside the block the transaction only accepts a rollback, which restores both by itself.
    if before is None or connection.needs_rollback:
        return
    if connection.connection.info.transaction_status.name == "INERROR":
        return
    role, scope = before
    with connection.cursor() as cursor:
        cursor.execute(_RESTORE, [role if role in ROLES else "none", scope])


@contextmanager
def of_session(session_key: str) -> Iterator[None]:
    """Run the block in the name of the account that is signed in by this key; `Refused("not_found")` if none is."""
    with entered("select workforce_enter(%s)", (session_key,)):
        yield


@contextmanager
def as_role(role: str) -> Iterator[None]:
    """Run the block as a database role that needs no ranges, such as the sealer."""
    with entered("select %s", (role,)):
        yield
