"""Heads leave the database signed, once each, and every mirror gets them all."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.db import connection, transaction

from gridward.kernel import clock, ledger, scope
from gridward.kernel.actor import SYSTEM
from gridward.kernel.ledger import heads
from gridward.kernel.ledger.heads import HeadSigner, head_bytes, sign_and_export, sign_and_export_default
from gridward.kernel.ledger.sealer import seal_waiting
from gridward.kernel.sealing import KeyStoreBroken

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)


@pytest.fixture
def signer(tmp_path):
    return HeadSigner.of_directory(tmp_path / "keystore")


@pytest.fixture
def places(tmp_path):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    return tmp_path / "heads", mirror


def seal_one():
    ledger.record("task.close", by=SYSTEM, now=NOW)
    seal_waiting()


def export(signer, places, now=NOW):
    directory, *mirrors = places
    with transaction.atomic(), scope.as_role("gridward_sealer"):
        return sign_and_export(directory, signer=signer, mirrors=mirrors, now=now)


def lines(directory):
    return [json.loads(line) for line in (directory / "heads.jsonl").read_text().splitlines()]


def test_the_signing_key_is_made_once_and_kept_private(tmp_path, signer):
    again = HeadSigner.of_directory(tmp_path / "keystore")

    assert again.key_id == signer.key_id
    assert (tmp_path / "keystore" / heads.PRIVATE_KEY).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keystore" / heads.PUBLIC_KEY).read_bytes() == signer.public_pem


def test_a_signing_key_that_others_could_read_is_refused(tmp_path, signer):
    (tmp_path / "keystore").chmod(0o750)

    with pytest.raises(KeyStoreBroken):
        HeadSigner.of_directory(tmp_path / "keystore")


def test_a_head_is_signed_and_written_here_and_to_the_mirror(fresh_database, signer, places):
    seal_one()

    signed = export(signer, places)

    (line,) = lines(places[0])
    assert lines(places[1]) == [line]
    assert (line["position"], line["entry_count"]) == (signed.position, signed.position)
    body = {name: line[name] for name in ("suite", "position", "chain_hash", "entry_count", "at", "key_id")}
    key = load_pem_public_key(signer.public_pem)
    key.verify(base64.b64decode(line["signature"]), head_bytes(**body))
    with pytest.raises(InvalidSignature):
        key.verify(base64.b64decode(line["signature"]), head_bytes(**(body | {"position": 99})))


def test_a_head_is_signed_once(fresh_database, signer, places):
    seal_one()

    first, second = export(signer, places), export(signer, places)
    seal_one()
    third = export(signer, places)

    assert second is None
    assert third.position == first.position + 1
    assert [line["position"] for line in lines(places[0])] == [first.position, third.position]


def test_the_database_keeps_the_signature_too(fresh_database, signer, places):
    seal_one()

    export(signer, places)

    with transaction.atomic(), scope.as_role("gridward_audit"), connection.cursor() as cursor:
        cursor.execute("select signature, key_id from kernel_ledgerhead order by position desc limit 1")
        signature, key_id = cursor.fetchone()
    assert bytes(signature) == base64.b64decode(lines(places[0])[0]["signature"])
    assert key_id == signer.key_id


def test_a_mirror_that_was_away_gets_what_it_missed(fresh_database, signer, places):
    seal_one()
    export(signer, places)
    unplugged = places[1].with_name("unplugged")
    places[1].rename(unplugged)
    seal_one()

    missed = export(signer, places)
    unplugged.rename(places[1])
    seal_one()
    export(signer, places)

    assert missed.missed_mirrors == (places[1],)
    assert lines(places[1]) == lines(places[0])
    assert len(lines(places[0])) == 3


def test_half_a_line_left_by_a_power_cut_is_removed_and_the_head_written_whole(
    fresh_database, signer, places
):
    seal_one()
    export(signer, places)
    with (places[0] / "heads.jsonl").open("a") as file:
        file.write('{"position": 99, "chain')
    seal_one()

    export(signer, places)

    assert len(lines(places[0])) == 2


def test_a_crash_between_file_and_commit_does_not_sign_the_head_twice(fresh_database, signer, places):
    seal_one()
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        export(signer, places)
        raise KeyboardInterrupt

    signed = export(signer, places, now=NOW.replace(hour=10))

    (line,) = lines(places[0])
    assert (signed.position, signed.at) == (line["position"], line["at"])
    assert line["at"].startswith("2026-01-31T09")


def test_the_settings_say_where_heads_go(fresh_database, settings, tmp_path):
    settings.DATA, settings.HEADS_MIRROR = tmp_path, str(tmp_path / "outside")
    (tmp_path / "outside").mkdir()
    seal_one()

    signed = sign_and_export_default()

    assert signed.missed_mirrors == ()
    assert lines(tmp_path / "heads") == lines(tmp_path / "outside")


def test_a_head_is_dated_by_the_database_whatever_the_clock_of_the_process(
    fresh_database, signer, places, monkeypatch
):
    present = clock.now()
    monkeypatch.setattr(clock, "now", lambda: present + timedelta(minutes=10))
    seal_one()

    signed = export(signer, places, now=None)

    assert abs(datetime.fromisoformat(signed.at) - present) < timedelta(minutes=5)
