"""The database roles, as the server itself sees them: who may become whom, and what nobody may."""

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gridward.wiring.supervisor import Supervisor, roles
from gridward.wiring.supervisor.binaries import programs_folder
from gridward.wiring.supervisor.identity import identity_choose
from gridward.wiring.supervisor.passwords import passwords_make
from tests.wiring.supervisor_cases import ask

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path_factory.mktemp("roles") / "data", durable=False)
    supervisor.start()
    yield supervisor
    supervisor.stop()


def test_the_server_listens_on_no_network(house: Supervisor) -> None:
    assert ask(house, "SHOW listen_addresses") == ""
    assert ask(house, "SHOW unix_socket_permissions") == "0700"


def test_nobody_enters_without_the_password(house: Supervisor) -> None:
    good = house.connection("app")

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(
            host=good.host, port=good.port, dbname=good.database, user=good.user, password="guess"
        )


def test_secrets_and_keys_are_for_one_user(house: Supervisor) -> None:
    layout = house.layout

    for folder in (layout.secrets, layout.keystore, layout.heads, layout.root / "run", layout.logs):
        assert folder.stat().st_mode & 0o077 == 0, folder.name
    for secret in layout.secrets.iterdir():
        assert secret.stat().st_mode & 0o177 == 0, secret.name


def test_a_connection_never_shows_its_password(house: Supervisor) -> None:
    connection = house.connection("app")

    assert connection.password not in repr(connection)


def test_no_role_of_the_house_bypasses_row_level_security(house: Supervisor) -> None:
    powerful = (
        "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolname LIKE 'gridward%'"
        " AND rolname != 'gridward_superuser'"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"
    )

    assert ask(house, powerful) is None


@pytest.mark.parametrize("role", roles.SCOPED)
def test_the_site_has_a_scoped_role_s_rights_only_after_stepping_into_it(
    house: Supervisor, role: str
) -> None:
    with psycopg.connect(house.dsn("owner")) as connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS for_{role} (id int)")
        connection.execute(f"GRANT SELECT ON for_{role} TO {role}")

    with psycopg.connect(house.dsn("app"), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SELECT * FROM for_{role}")
        connection.execute(f"SET ROLE {role}")
        assert connection.execute(f"SELECT * FROM for_{role}").fetchall() == []


@pytest.mark.parametrize("role", roles.SCOPED)
def test_a_scoped_role_cannot_log_in(house: Supervisor, role: str) -> None:
    assert ask(house, f"SELECT rolcanlogin FROM pg_roles WHERE rolname = '{role}'") is False


def test_the_owner_may_step_into_the_site_s_role(house: Supervisor) -> None:
    with psycopg.connect(house.dsn("owner")) as connection:
        connection.execute("SET ROLE gridward_app")

        assert connection.execute("SELECT current_user").fetchone() == ("gridward_app",)


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE mine (id int)", "CREATE TEMP TABLE mine (id int)", "CREATE SCHEMA mine"]
)
@pytest.mark.parametrize("role", [roles.APP, *roles.SCOPED])
def test_only_the_owner_makes_tables(house: Supervisor, role: str, statement: str) -> None:
    with psycopg.connect(house.dsn("app"), autocommit=True) as connection:
        connection.execute(f"SET ROLE {role}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


@pytest.mark.parametrize("database", ["postgres", "template1"])
@pytest.mark.parametrize("kind", ["app", "owner"])
def test_no_other_database_is_open(house: Supervisor, kind: str, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(house.dsn(kind, database=database))


def logged_up_to(house: Supervisor, word: str) -> str:
    """Return what stands in the logs once a word stands there: the server's collector writes a moment later."""
    ends = time.monotonic() + 10
    while True:
        logged = "".join(path.read_text() for path in house.layout.logs.glob("*"))
        if word in logged or time.monotonic() > ends:
            return logged
        time.sleep(0.05)


def test_values_of_a_failing_statement_are_not_logged(house: Supervisor) -> None:
    with psycopg.connect(house.dsn("owner"), autocommit=True) as connection:
        connection.execute("CREATE TABLE people (phone text UNIQUE)")
        connection.execute("INSERT INTO people VALUES ('19900001111')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES ('19900001111')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES (%s)", ["19900001111"])
        with contextlib.suppress(psycopg.errors.UndefinedTable):
            connection.execute("SELECT * FROM the_last_of_these")

    logged = logged_up_to(house, "the_last_of_these")

    assert "people" in logged, "the failure itself is logged"
    assert "19900001111" not in logged


def test_the_passwords_are_not_logged(house: Supervisor) -> None:
    logged = "".join(path.read_text() for path in house.layout.logs.glob("*"))

    for secret in house.layout.secrets.iterdir():
        assert secret.read_text().strip() not in logged


def test_bringing_the_roles_up_to_date_again_changes_nothing(house: Supervisor) -> None:
    members = (
        "SELECT string_agg(concat_ws(':', roleid::regrole, member::regrole, inherit_option, set_option), ' '"
        " ORDER BY roleid, member) FROM pg_auth_members"
    )
    before = ask(house, members)

    roles.roles_ensure(house.layout)

    assert ask(house, members) == before


def test_a_role_that_somebody_made_powerful_is_refused(house: Supervisor) -> None:
    with psycopg.connect(house.dsn("superuser"), autocommit=True) as connection:
        connection.execute("ALTER ROLE gridward_job BYPASSRLS")
        try:
            with pytest.raises(psycopg.errors.RaiseException, match="bypasses row-level security"):
                roles.roles_ensure(house.layout)
        finally:
            connection.execute("ALTER ROLE gridward_job NOBYPASSRLS")


#: What an older version, or somebody's hand, left of the roles -> the statement that shows it is as it should be again.
LEFT = {
    "a role is missing": (
        "DROP OWNED BY gridward_sealer; DROP ROLE gridward_sealer",
        "SELECT pg_has_role('gridward_app', 'gridward_sealer', 'SET')",
    ),
    "the site may not step into a role": (
        "REVOKE gridward_worker FROM gridward_app", "SELECT pg_has_role('gridward_app', 'gridward_worker', 'SET')"
    ),
    "the site has a role's rights without stepping": (
        "GRANT gridward_centre TO gridward_app WITH INHERIT TRUE",
        "SELECT NOT pg_has_role('gridward_app', 'gridward_centre', 'USAGE')",
    ),
    "the database is open to everybody": (
        "GRANT CONNECT ON DATABASE gridward TO PUBLIC",
        "SELECT NOT has_database_privilege('gridward_worker', 'gridward', 'CONNECT')",
    ),
    "another database is open": (
        "GRANT CONNECT ON DATABASE postgres TO PUBLIC",
        "SELECT NOT has_database_privilege('gridward_app', 'postgres', 'CONNECT')",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("left", "mended"), LEFT.values(), ids=LEFT.keys())
def test_roles_of_an_older_version_are_brought_up_to_date(house: Supervisor, left: str, mended: str) -> None:
    with psycopg.connect(house.dsn("superuser"), autocommit=True) as connection:
        connection.execute(left)
        with contextlib.suppress(psycopg.errors.UndefinedObject):  # the role itself is gone
            assert connection.execute(mended).fetchone() == (False,)

    roles.roles_ensure(house.layout)

    assert ask(house, mended, kind="superuser") is True


def test_a_login_whose_password_was_lost_gets_in_again_with_the_new_one(house: Supervisor) -> None:
    lost = house.layout.secrets / "app"
    before = lost.read_text()
    lost.unlink()

    passwords_make(house.layout)
    with pytest.raises(psycopg.OperationalError, match="password"):
        ask(house, "SELECT 1")
    guest = Supervisor(house.layout.root, durable=False)
    guest.join()

    assert lost.read_text() != before
    assert ask(house, "SELECT current_user") == "gridward_app"
    guest.leave()
    assert house.running()


@pytest.mark.parametrize(
    ("into", "who"),
    [
        ("pg_read_all_data", "gridward_app"),
        ("gridward_job", "gridward_worker"),
    ],
)
def test_a_role_that_may_step_further_than_it_should_is_refused(
    house: Supervisor, into: str, who: str
) -> None:
    with psycopg.connect(house.dsn("superuser"), autocommit=True) as connection:
        connection.execute(f"GRANT {into} TO {who}")
        try:
            with pytest.raises(psycopg.errors.RaiseException, match="revoke it first"):
                roles.roles_ensure(house.layout)
        finally:
            connection.execute(f"REVOKE {into} FROM {who}")

    roles.roles_ensure(house.layout)


DEBIANS_OWN = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture
def server_of_the_operator() -> Iterator[str]:
    """A PostgreSQL 15 that is not ours; returns the folder of its socket."""
    cluster = Path(tempfile.mkdtemp(prefix="operator-"))
    identity = identity_choose(cluster)
    identity.give(cluster)
    command = {
        "cwd": cluster,
        "env": {"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        **identity.process_arguments(),
    }
    name = str(cluster)
    initdb = [str(DEBIANS_OWN / "initdb"), "-D", name, "-U", "administrator", "-A", "trust", "--no-sync"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **command)
    options = ["-c", "listen_addresses=", "-c", "unix_socket_directories=.", "-c", "fsync=off"]
    server = subprocess.Popen(
        [str(DEBIANS_OWN / "postgres"), "-D", name, *options], stderr=subprocess.DEVNULL, **command
    )
    yield str(cluster)
    server.terminate()
    server.wait()
    shutil.rmtree(cluster)


@pytest.mark.skipif(not DEBIANS_OWN.exists(), reason="Debian's PostgreSQL 15 is not installed")
def test_the_printed_script_prepares_a_postgresql_15(server_of_the_operator: str, tmp_path: Path) -> None:
    script = tmp_path / "prepare.sql"
    script.write_text(roles.printed_sql())
    psql = DEBIANS_OWN / "psql"
    server = ["-h", server_of_the_operator, "-U", "administrator", "-d", "postgres"]
    for _ in range(100):
        if (
            subprocess.run([psql, *server, "-c", "SELECT 1"], capture_output=True, check=False).returncode
            == 0
        ):
            break
        time.sleep(0.1)

    for _ in range(2):
        subprocess.run([psql, "-q", *server, "-f", script], check=True, capture_output=True)

    as_owner = f"host={server_of_the_operator} dbname=gridward user=gridward_owner"
    with psycopg.connect(as_owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE secret (id int)")
        connection.execute("GRANT SELECT ON secret TO gridward_job")
        connection.execute("SET ROLE gridward_app")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM secret")
        connection.execute("SET ROLE gridward_job")
        assert connection.execute("SELECT * FROM secret").fetchall() == []


def test_the_programs_are_found_without_the_wheel_s_own_interface(house: Supervisor) -> None:
    folder = programs_folder(identity_choose(house.layout.cluster))

    assert (folder / "postgres").exists()
