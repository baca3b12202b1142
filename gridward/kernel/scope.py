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


@contextmanager
def entered(enter_sql: str, params: tuple[str | UUID, ...]) -> Iterator[None]:
    """
    Run the block inside the scope that `enter_sql` (a call of a SECURITY DEFINER function) grants.

    The function returns the name of a database role, or null when there is no scope: then the block does not run
    and `Refused("not_found")` is raised. Role and scope are restored at the end, whatever happens.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a scope lives inside a transaction")
    with connection.cursor() as cursor:
        # Only the application may ask for a scope; inside another scope it steps back for the question.
        cursor.execute(_STEP_BACK)
        before_role, before_scope, _role = cursor.fetchone()
        cursor.execute(
            f"select set_config('role', e.role, true) from ({enter_sql}) e(role) where e.role = any(%s)",
            (*params, sorted(ROLES)),
        )
        if cursor.fetchone() is None:
            _restore(before_role, before_scope)
            raise Refused(refuse("not_found"))
    try:
        yield
    finally:
        _restore(before_role, before_scope)


def _restore(role: str, scope: str) -> None:
    # After an error inside the block the transaction only accepts a rollback, which restores both by itself.
    if connection.needs_rollback or connection.connection.info.transaction_status.name == "INERROR":
        return
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
