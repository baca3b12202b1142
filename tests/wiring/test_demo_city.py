"""A model city of any scale is loaded through the standing imports, step by step, and goes on where it was cut off."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection, connections, transaction

from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.registry.models import ImportRun, Resident
from gridward.territory.models import Address
from gridward.wiring import demo_city
from gridward.wiring.demo_city import COMPLETE, load_city
from gridward.wiring.model_city import PASSWORD, STREET
from gridward.workforce.models import Account
from tests import people
from tests.registry.town import counted

Load = Callable[[], list[str]]


class CutError(Exception):
    """Somebody pulled the plug."""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "street"


@pytest.fixture
def load(fresh_database: str, out: Path) -> Load:
    """Load a street as a district or a city is loaded, and return what was told."""
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("truncate territory_area, territory_address cascade")
        cursor.execute("update territory_treeversion set stamp = gen_random_uuid()::text")
    with transaction.atomic():
        governance.profiles_install(by=SYSTEM, now=clock.now())

    def run() -> list[str]:
        told: list[str] = []
        lists = load_city(out, scale="street", seed=3, tell=told.append, now=clock.now())
        assert len(list(lists.iterdir())) == 17
        return [line.split(":")[0] for line in told if line.startswith("step")]

    return run


def rows(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines()) - 1


@pytest.mark.heavy
def test_cut_between_and_within_steps_it_goes_on_and_everybody_is_there_once(
    load: Load, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out.mkdir()
    (out / "residents.csv").write_text("half of something\n")

    def cut(**_words: object) -> None:
        raise CutError

    with monkeypatch.context() as patched:
        patched.setattr(demo_city.workforce, "roster_import", cut)
        with pytest.raises(CutError):
            load()
    doors = Address.objects.count()
    with monkeypatch.context() as patched:
        patched.setattr(demo_city.registry, "register_import", cut)
        with pytest.raises(CutError):
            load()
    third, fourth = load(), load()

    assert third == ["step 5 of 5"]
    assert fourth == []
    assert doors == Address.objects.count() == rows(out / "addresses.csv")
    assert counted()[1] == rows(out / "residents.csv")
    with people.as_owner():
        assert Resident.objects.values("resident_ref").distinct().count() == counted()[1]
    assert list(ImportRun.objects.values_list("state", flat=True)) == ["done"]
    assert (out / COMPLETE).exists()
    connections.close_all()


@pytest.mark.slow
def test_workers_of_the_model_street_sign_in_with_the_demo_password_and_no_other_worker(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    community = f"{STREET}015"
    monkeypatch.setattr(demo_city, "STREET", community)

    load()

    workers = Account.objects.filter(handle__startswith="worker-")
    mine = {one.handle for one in workers if one.handle.startswith(f"worker-{community}")}
    assert 0 < len(mine) < workers.count()
    hashes = dict(workers.values_list("handle", "password"))
    usable = {handle for handle, hashed in hashes.items() if not hashed.startswith("!")}
    assert usable == mine
    assert check_password(PASSWORD, hashes[min(mine)])
    connections.close_all()
