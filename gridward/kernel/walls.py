"""
Owns the SQL of the walls: what a room's migration says to protect its tables. Refuses tables without a policy.

Group roles own nothing and cannot bypass row-level security. The scope is read once per query (an InitPlan), from
the signed setting that `scope.entered` made.
"""

from collections.abc import Iterable, Sequence

from django.db.migrations import RunSQL

APP = "gridward_app"
CENTRE = "gridward_centre"
WORKER = "gridward_worker"
AGENCY = "gridward_agency"
AUDIT = "gridward_audit"
JOB = "gridward_job"
SEALER = "gridward_sealer"
EVERYONE = (APP, CENTRE, WORKER, AGENCY, AUDIT, JOB, SEALER)
IN_RANGE = "%s <@ (select kernel_scope_ranges())"
OWN_AGENCY = "%s = (select kernel_scope_agency())"


def grant(table: str, rights: str, *roles: str, columns: Sequence[str] = ()) -> str:
    """Return the grant of comma-separated `rights` on a table (or on some of its columns) to roles."""
    if columns:
        listed = ", ".join(columns)
        rights = ", ".join(f"{right.strip()} ({listed})" for right in rights.split(","))
    return f"grant {rights} on {table} to {', '.join(roles)};"


def shut(table: str) -> str:
    """Return the SQL that turns row-level security on and takes every right from everybody."""
    return f"alter table {table} enable row level security; revoke all on {table} from public;"


def policy(table: str, name: str, condition: str, *roles: str, command: str = "all") -> str:
    """Return a policy of that name which lets roles through where the condition holds."""
    checked = "" if command in ("select", "delete") else f" with check ({condition})"
    using = "" if command == "insert" else f" using ({condition})"
    return f"create policy {name} on {table} for {command} to {', '.join(roles)}{using}{checked};"


def by_range(table: str, *roles: str, column: str = "area_pos") -> str:
    """Return the usual policy: rows whose area position lies in the scope."""
    return policy(table, "in_range", IN_RANGE % column, *roles)


def by_agency(table: str, *, column: str = "agency_code") -> str:
    """Return the policy for partner agencies: their own rows and nothing else."""
    return policy(table, "own_agency", OWN_AGENCY % column, AGENCY, command="select")


def append_only(table: str) -> str:
    """Return triggers that refuse update, delete and truncate for everybody, owner included."""
    return f"""
    create trigger {table}_append_only before update or delete on {table}
      for each row execute function kernel_append_only();
    create trigger {table}_no_truncate before truncate on {table}
      for each statement execute function kernel_append_only();"""


def build(statements: Iterable[str]) -> RunSQL:
    """Return the migration operation that raises these walls (one way: walls are not torn down)."""
    return RunSQL("\n".join(statements), RunSQL.noop)
