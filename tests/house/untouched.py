"""Whether somebody from elsewhere changed anything: every row of every table, but the traces of looking."""

from django.db import connection

from tests import people

#: What a look leaves behind, which is no change of the city: the ledger, sign-ins, the lock-out.
TRACES = (
    "kernel_ledgerentry",
    "django_session",
    "workforce_loginsession",
    "axes_",
    "django_",
    "procrastinate_",
)
#: Written by an import as a job only; a page has no right to write them (tests/territory hold that).
HUGE = {"territory_area", "territory_areaalias", "territory_shape", "territory_address"}


def state() -> str:
    """Return a digest of every row of every table but the traces of looking."""
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(TRACES) and name not in HUGE]
        cursor.execute(
            "select md5(string_agg(digest, '' order by digest)) from ("
            + " union all ".join(
                f"select '{table}' || coalesce(md5(string_agg(t::text, chr(10) order by t::text)), '') as digest"
                f" from {table} t"
                for table in tables
            )
            + ") all_tables"
        )
        return str(cursor.fetchone()[0])


def untouched(before: str) -> bool:
    """
    Tell whether every row is as in `state()` before this transaction, but the traces of looking.

    All rows are read only where the transaction wrote to another table at all, and be it taken back.
    """
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_stat_xact_user_tables where n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        written = [name for (name,) in cursor.fetchall() if not name.startswith(TRACES)]
    return not written or state() == before
