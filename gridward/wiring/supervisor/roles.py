"""
Owns the database roles: who they are, who may become whom, and what everybody may not.

One list of statements serves the embedded database and, printed, a PostgreSQL 15 or newer of the operator's
own. No role here can bypass row-level security; the scoped ones own nothing and cannot log in: a transaction
steps into one.
"""

import psycopg
from psycopg import sql

from gridward.wiring.supervisor.connections import DATABASE, Connection, connection_for
from gridward.wiring.supervisor.layout import Layout
from gridward.wiring.supervisor.passwords import LOGINS, password_read

OWNER = "gridward_owner"
APP = "gridward_app"
SCOPED = (
    "gridward_centre",
    "gridward_worker",
    "gridward_agency",
    "gridward_audit",
    "gridward_job",
    "gridward_sealer",
)


def cluster_statements() -> list[str]:
    """
    Return the statements about roles, for any database of the server; running them again changes nothing.
    """
    closed = "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
    return [
        _role_make(OWNER, f"LOGIN NOINHERIT {closed}"),
        _role_make(APP, f"LOGIN NOINHERIT {closed}"),
        *(_role_make(name, f"NOLOGIN {closed}") for name in SCOPED),
        *(_role_grant(name, APP) for name in SCOPED),
        *(_role_grant(name, OWNER) for name in (*SCOPED, APP)),
        _roles_check(),
    ]


def database_statements(database: str = DATABASE) -> list[str]:
    """Return the statements about one database, to be run inside it; running them again changes nothing."""
    everybody = ", ".join((APP, *SCOPED))
    return [
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {APP}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}",
        f"GRANT USAGE ON SCHEMA public TO {everybody}",
    ]


def other_databases_statements() -> list[str]:
    """Return the statements that close the databases which every server has beside ours."""
    return [f"REVOKE CONNECT, TEMPORARY ON DATABASE {name} FROM PUBLIC" for name in ("postgres", "template1")]


def printed_sql() -> str:
    """Return it all as a script for psql, for a server of the operator's own; it holds no password."""
    lines = [
        "-- Prepares a PostgreSQL 15 or newer for Gridward.",
        "-- Run it with psql as an administrator; it may be repeated.",
        "-- Afterwards set the two passwords:  \\password gridward_owner   \\password gridward_app",
        "\\set ON_ERROR_STOP on",
        *(f"{statement};" for statement in cluster_statements()),
        f"SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER} ENCODING ''UTF8'' TEMPLATE template0'"
        f" WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec",
        "-- On a server that serves others too, leave these two out.",
        *(f"{statement};" for statement in other_databases_statements()),
        f"\\connect {DATABASE}",
        *(f"{statement};" for statement in database_statements()),
    ]
    return "\n".join(lines) + "\n"


def roles_ensure(layout: Layout) -> None:
    """Bring roles, passwords and the database of a running embedded server to where they have to be."""
    with _as_superuser(layout, "postgres") as connection:
        for statement in (*cluster_statements(), *other_databases_statements()):
            connection.execute(statement.encode())
        _passwords_set(layout, connection)
    database_make(layout, DATABASE)


def database_make(layout: Layout, name: str) -> None:
    """
    Make a database that belongs to the owner role, if there is none of that name, and close it to everybody
    else.
    """
    with _as_superuser(layout, "postgres") as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
    with _as_superuser(layout, name) as connection:
        for statement in database_statements(name):
            connection.execute(statement.encode())


def database_copy(layout: Layout, name: str, *, template: str) -> None:
    """
    Make a database as a copy of another one to which nobody is connected; one of that name is dropped first.
    """
    database_drop(layout, name)
    with _as_superuser(layout, "postgres") as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
            )
        )
    database_make(layout, name)


def database_drop(layout: Layout, name: str) -> None:
    """Drop a database, whoever is connected to it."""
    with _as_superuser(layout, "postgres") as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def may_enter(connection: Connection) -> bool:
    """Return whether a role gets in with its password."""
    try:
        psycopg.connect(connection.dsn(), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _as_superuser(layout: Layout, database: str) -> "psycopg.Connection[tuple[object, ...]]":
    dsn = connection_for(layout, "superuser", database=database).dsn()
    return psycopg.connect(dsn, autocommit=True, connect_timeout=10)


def _passwords_set(layout: Layout, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    for kind in ("owner", "app"):
        password = password_read(layout, kind)
        if may_enter(connection_for(layout, kind, database=DATABASE)):
            continue
        # The server gets the verifier, never the password: it cannot appear in any log.
        verifier = connection.pgconn.encrypt_password(
            password.encode(), LOGINS[kind].encode(), b"scram-sha-256"
        ).decode()
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(LOGINS[kind]), sql.Literal(verifier))
        )


def _role_make(name: str, attributes: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}')"
        f" THEN CREATE ROLE {name} {attributes}; END IF; END $$"
    )


def _role_grant(role: str, member: str) -> str:
    # Membership means "may step into", never "has the rights of"; before 16 only the member's NOINHERIT can
    # say so.
    return (
        "DO $$ BEGIN IF current_setting('server_version_num')::int >= 160000"
        f" THEN EXECUTE 'GRANT {role} TO {member} WITH INHERIT FALSE, SET TRUE';"
        f" ELSE GRANT {role} TO {member}; END IF; END $$"
    )


def _roles_check() -> str:
    scoped = ", ".join(f"'{name}'" for name in SCOPED)
    return (
        f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname IN ('{OWNER}', '{APP}', {scoped})"
        " AND (rolsuper OR rolbypassrls))"
        " THEN RAISE EXCEPTION 'A gridward role is superuser or bypasses row-level security: alter it first';"
        " END IF; IF EXISTS (SELECT FROM pg_auth_members JOIN pg_roles into_role ON into_role.oid = roleid"
        " JOIN pg_roles who ON who.oid = member"
        f" WHERE who.rolname = '{APP}' AND into_role.rolname NOT IN ({scoped}) OR who.rolname IN ({scoped}))"
        " THEN RAISE EXCEPTION 'A gridward role may step into a role that is not ours: revoke it first';"
        " END IF; END $$"
    )
