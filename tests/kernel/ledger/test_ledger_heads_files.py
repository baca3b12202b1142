"""The file of heads survives power cuts and mirrors that come and go: whole lines, in order, each once."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.kernel import scope
from gridward.kernel.ledger.heads import HeadSigner, SignedHead, sign_and_export
from gridward_verify.heads import read_heads
from gridward_verify.report import Report
from tests import people
from tests.examples import examples

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
SIGNER = HeadSigner(Ed25519PrivateKey.generate())
KEYS = {SIGNER.key_id: SIGNER._private.public_key()}
FEW = settings(
    max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def sealed_up_to(position: int) -> None:
    """Write a head as the sealer does after a batch."""
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "insert into kernel_ledgerhead (position, chain_hash, watermark, sealed_at) values (%s, %s, '0', %s)",
            [position, position.to_bytes(32, "big"), NOW],
        )


def export(folder: Path, *mirrors: Path, minute: int = 0) -> SignedHead | None:
    with transaction.atomic(), scope.as_role("gridward_sealer"):
        return sign_and_export(folder, signer=SIGNER, mirrors=mirrors, now=NOW + timedelta(minutes=minute))


def positions(folder: Path) -> list[int]:
    path = folder / "heads.jsonl"
    return [json.loads(line)["position"] for line in path.read_bytes().splitlines()] if path.exists() else []


def trusted(folder: Path) -> list[int]:
    """What the independent verifier believes of a file; it must find nothing wrong with it."""
    report = Report()
    heads = read_heads(folder / "heads.jsonl", KEYS, report)
    assert report.counts == {}
    return [head.position for head in heads]


@FEW
@given(cut=st.integers(0, 2_000))
def test_whatever_a_power_cut_left_of_the_last_line_the_next_head_stands_on_a_line_of_its_own(
    db: None, tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("heads")
    savepoint = transaction.savepoint()
    for position in (5, 9):
        sealed_up_to(position)
        export(folder, minute=position)
    content = (folder / "heads.jsonl").read_bytes()
    first_line = content.index(b"\n") + 1
    (folder / "heads.jsonl").write_bytes(content[: first_line + cut % (len(content) - first_line)])
    sealed_up_to(12)

    export(folder, minute=12)

    assert trusted(folder) == [5, 12]
    transaction.savepoint_rollback(savepoint)


@FEW
@given(away=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=5))
def test_mirrors_that_come_and_go_have_every_head_once_when_they_are_back(
    db: None, tmp_path_factory: pytest.TempPathFactory, away: list[tuple[bool, bool]]
) -> None:
    place = tmp_path_factory.mktemp("places")
    folder, mirrors = place / "heads", [place / "one", place / "two"]
    savepoint = transaction.savepoint()
    for position, absent in enumerate([*away, (False, False)], 1):
        for mirror, is_away in zip(mirrors, absent, strict=True):
            hidden = mirror.with_suffix(".away")
            if is_away and mirror.exists():
                mirror.rename(hidden)
            elif not is_away:
                hidden.rename(mirror) if hidden.exists() else mirror.mkdir(exist_ok=True)
        sealed_up_to(position)

        signed = export(folder, *mirrors, minute=position)

        assert signed is not None
        assert signed.missed_mirrors == tuple(mirror for mirror in mirrors if not mirror.exists())

    expected = list(range(1, len(away) + 2))
    assert [trusted(place) for place in (folder, *mirrors)] == [expected] * 3
    transaction.savepoint_rollback(savepoint)


def test_a_mirror_s_own_lines_are_never_touched(tmp_path: Path) -> None:
    folder, mirror = tmp_path / "heads", tmp_path / "mirror"
    mirror.mkdir()
    sealed_up_to(3)
    export(folder, mirror)
    kept = (mirror / "heads.jsonl").read_bytes()
    (folder / "heads.jsonl").write_bytes(b"")
    sealed_up_to(7)

    export(folder, mirror, minute=7)

    assert (mirror / "heads.jsonl").read_bytes().startswith(kept)
    assert (positions(folder), positions(mirror)) == ([7], [3, 7])


def test_a_mirror_that_cannot_be_written_keeps_no_head_from_being_signed(tmp_path: Path) -> None:
    blocked = tmp_path / "mirror"
    blocked.write_text("a file where a directory should be")
    sealed_up_to(3)

    signed = export(tmp_path / "heads", blocked)

    assert signed is not None and signed.missed_mirrors == (blocked,)
    assert trusted(tmp_path / "heads") == [3]


def test_without_a_sealed_batch_there_is_nothing_to_sign_and_no_file(tmp_path: Path) -> None:
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("delete from kernel_ledgerhead")

    assert export(tmp_path / "heads") is None
    assert not (tmp_path / "heads" / "heads.jsonl").exists()


def test_a_mirror_plugged_in_later_gets_every_head_although_nothing_is_new(tmp_path: Path) -> None:
    sealed_up_to(3)
    export(tmp_path / "heads")
    (tmp_path / "late").mkdir()

    assert export(tmp_path / "heads", tmp_path / "late") is None
    assert trusted(tmp_path / "late") == [3]


def test_only_the_newest_of_several_unsigned_heads_is_signed_for_it_vouches_for_all(tmp_path: Path) -> None:
    for position in (3, 5, 8):
        sealed_up_to(position)

    signed = export(tmp_path / "heads")

    assert signed is not None and signed.position == 8
    assert trusted(tmp_path / "heads") == [8]


@pytest.mark.parametrize("role", ["gridward_app", "gridward_audit", "gridward_centre", "gridward_job"])
def test_only_the_sealer_signs(tmp_path: Path, role: str) -> None:
    sealed_up_to(3)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), scope.as_role(role):
        sign_and_export(tmp_path / "heads", signer=SIGNER)
    assert positions(tmp_path / "heads") == []
