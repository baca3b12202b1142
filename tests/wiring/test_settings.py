"""What the environment makes of the settings: nothing open by default, nothing that points to another machine."""

import importlib.util
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

import pytest
from django.test import Client, override_settings

from gridward.wiring import databases as databases_module
from gridward.wiring import secrets
from gridward.wiring import settings as house_settings
from gridward.wiring.databases import databases, embedded, from_url
from gridward.wiring.settings_list import SETTINGS


def read(monkeypatch: pytest.MonkeyPatch, data: Path, **environment: str) -> ModuleType:
    """Read the settings as a fresh process with this environment would."""
    for name in [name for name in os.environ if name.startswith(("GRIDWARD_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    for name, value in {"GRIDWARD_DATA": str(data), **environment}.items():
        monkeypatch.setenv(name, value)
    spec = importlib.util.spec_from_file_location("fresh_settings", house_settings.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("environment", "name", "value"),
    [
        ({}, "DEBUG", False),
        ({"GRIDWARD_DEBUG": "1"}, "DEBUG", False),
        ({"DJANGO_DEBUG": "1"}, "DEBUG", False),
        ({}, "DEMO", False),
        ({"GRIDWARD_DEMO": "1"}, "DEMO", True),
        ({"GRIDWARD_DEMO": "yes"}, "DEMO", False),
        ({}, "PORT", 8420),
        ({"GRIDWARD_PORT": "9000"}, "PORT", 9000),
        ({}, "SESSION_COOKIE_SECURE", False),
        ({"GRIDWARD_TLS": "1"}, "SESSION_COOKIE_SECURE", True),
        ({"GRIDWARD_TLS": "1"}, "CSRF_COOKIE_SECURE", True),
        ({"GRIDWARD_TLS": "0"}, "SESSION_COOKIE_SECURE", False),
        ({}, "SESSION_COOKIE_HTTPONLY", True),
        ({}, "SESSION_COOKIE_SAMESITE", "Lax"),
        ({}, "CSRF_COOKIE_SAMESITE", "Lax"),
        ({}, "SESSION_COOKIE_AGE", 12 * 3600),
        ({}, "ALLOWED_HOSTS", ["127.0.0.1", "localhost", "testserver"]),
        ({"GRIDWARD_HOSTS": "grid.example"}, "ALLOWED_HOSTS", ["grid.example"]),
        ({"GRIDWARD_HOSTS": " grid.example , b.example,"}, "ALLOWED_HOSTS", ["grid.example", "b.example"]),
        ({}, "CRYPTO_SUITE", "aes"),
        ({"GRIDWARD_SUITE": "gm"}, "CRYPTO_SUITE", "gm"),
        ({"GRIDWARD_COUNTRY": "xx"}, "COUNTRY", "xx"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else None,
)  # fmt: skip
def test_the_environment_makes_the_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: dict[str, str], name: str, value: object
) -> None:
    assert getattr(read(monkeypatch, tmp_path, **environment), name) == value


@pytest.mark.parametrize("declared", SETTINGS, ids=lambda setting: setting.name)
def test_a_variable_nobody_sets_means_what_the_page_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, declared: object
) -> None:
    name, default = declared.name, declared.default  # type: ignore[attr-defined]  # a Setting of the list
    if name in ("GRIDWARD_DATA", "DATABASE_OWNER_URL"):
        pytest.skip("said in words, not as a value")

    without = read(monkeypatch, tmp_path)
    with_default = read(monkeypatch, tmp_path, **({name: default} if default else {}))

    # Everything but the key, which is the same file's, has to agree.
    for setting in (one for one in dir(without) if one.isupper()):
        assert getattr(without, setting) == getattr(with_default, setting), setting


def test_a_relative_data_directory_is_kept_when_the_working_directory_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    settings = read(monkeypatch, Path("city"))

    assert str(settings.DATA) == str(tmp_path / "city")


def test_nothing_of_the_settings_points_to_another_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = read(monkeypatch, tmp_path)

    told = {name: str(getattr(settings, name)) for name in dir(settings) if name.isupper()}
    assert [name for name, value in told.items() if "://" in value] == []
    assert settings.DATABASES["default"]["HOST"].startswith(str(tmp_path))


# --- the key that signs sessions ------------------------------------------------------------------------------------


def test_the_key_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    first = secrets.secret_key(tmp_path)
    file = tmp_path / "secrets" / "session.key"

    assert secrets.secret_key(tmp_path) == first == file.read_text()
    assert len(first) >= 60
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_processes_that_start_at_the_same_time_sign_with_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as many:
        keys = set(many.map(secrets.secret_key, [tmp_path] * 32))

    assert len(keys) == 1
    assert "" not in keys
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["session.key"]


def test_two_cities_have_two_keys(tmp_path: Path) -> None:
    assert secrets.secret_key(tmp_path / "a") != secrets.secret_key(tmp_path / "b")


def test_where_nothing_can_be_written_a_key_lasts_for_the_command(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    first, second = (secrets.secret_key(tmp_path / "file") for _ in range(2))

    assert first != second
    assert len(first) >= 60


# --- where the database is ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://gridward_app:secret@db.example:6543/city",
            {"HOST": "db.example", "PORT": "6543", "NAME": "city", "USER": "gridward_app", "PASSWORD": "secret"},
        ),
        ("postgresql://app@db.example/city", {"PORT": "5432", "PASSWORD": "", "OPTIONS": {}}),
        (f"postgresql://app:{quote('p@ss:w/rd#1', safe='')}@db.example/city", {"PASSWORD": "p@ss:w/rd#1"}),
        ("postgresql://app@db.example/%E5%9F%8E", {"NAME": "城"}),
        (
            "postgresql://app@db.example/city?sslmode=verify-full&connect_timeout=5",
            {"OPTIONS": {"sslmode": "verify-full", "connect_timeout": "5"}},
        ),
        ("postgresql:///city?host=/run/postgresql", {"HOST": "/run/postgresql", "NAME": "city", "OPTIONS": {}}),
        ("postgresql://app@/city?host=/run/postgresql&port=5433", {"PORT": "5433", "USER": "app", "OPTIONS": {}}),
        ("postgresql://app@[::1]:5433/city", {"HOST": "::1", "PORT": "5433"}),
    ],
)  # fmt: skip
def test_a_database_url_is_read_as_postgresql_reads_it(url: str, expected: dict[str, object]) -> None:
    entry = from_url(url)

    assert {name: entry[name] for name in expected} == expected
    assert entry["ENGINE"] == "gridward.kernel.postgresql"
    assert entry["CONN_HEALTH_CHECKS"] is True


def test_migrations_use_the_owner_s_url_and_else_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://gridward_app@db.example/city")
    alone = databases(tmp_path)
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://gridward_owner@db.example/city")
    both = databases(tmp_path)

    assert (alone["default"]["USER"], alone["owner"]["USER"]) == ("gridward_app", "gridward_app")
    assert (both["default"]["USER"], both["owner"]["USER"]) == ("gridward_app", "gridward_owner")


def test_before_the_first_start_the_embedded_database_has_no_password_and_nothing_is_made(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"

    entry = embedded(data, "app")

    assert (entry["USER"], entry["PASSWORD"], entry["HOST"]) == ("gridward_app", "", str(data / "run"))
    assert not data.exists()


def test_after_it_the_password_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "owner").write_text("of the owner\n", encoding="ascii")

    entry = embedded(tmp_path, "owner", database="copy")

    assert (entry["PASSWORD"], entry["NAME"]) == ("of the owner", "copy")
    assert databases_module.DATABASE != "copy"


# --- who may ask ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8420", 200),
        ("evil.example", 400),
        ("localhost.evil.example", 400),
        ("", 400),
    ],
)
@override_settings(ALLOWED_HOSTS=["localhost"])
@pytest.mark.django_db
def test_only_the_hosts_of_the_list_are_answered(host: str, status: int) -> None:
    assert Client().get("/login", headers={"host": host}).status_code == status
