"""An entry becomes the same bytes everywhere, and the chain depends on every one of them."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from gridward.kernel.ledger import hashing, object_hash, page_hash

FIELDS = (
    7,
    "2026-01-31T09:00:00.000000Z",
    "SYSTEM",
    "system",
    "task.close",
    "",
    "",
    "",
    "",
    "",
    "ok",
    "雨",
    "{}",
)


def test_the_canonical_form_is_the_one_that_is_published():
    assert hashing.canonical(FIELDS) == (
        '[7,"2026-01-31T09:00:00.000000Z","SYSTEM","system","task.close","","","","","","ok","雨","{}"]'.encode()
    )


def test_the_entry_hash_is_the_hash_of_the_canonical_form():
    assert hashing.entry_hash(FIELDS) == hashlib.sha256(hashing.canonical(FIELDS)).digest()


def test_the_national_suite_hashes_with_sm3():
    assert hashing.hash_of("gm")(b"abc").hex().startswith("66c7f0f4")
    assert hashing.entry_hash(FIELDS, suite="gm") != hashing.entry_hash(FIELDS)


def test_a_moment_is_written_in_utc_with_microseconds():
    in_nanjing = datetime(2026, 1, 31, 17, 0, tzinfo=timezone(timedelta(hours=8)))

    assert hashing.timestamp(in_nanjing) == "2026-01-31T09:00:00.000000Z"
    assert hashing.timestamp(datetime(2026, 1, 1, microsecond=5, tzinfo=UTC)) == "2026-01-01T00:00:00.000005Z"


@pytest.mark.parametrize("index", range(len(FIELDS)))
def test_every_field_changes_the_entry_hash(index):
    changed = list(FIELDS)
    changed[index] = 8 if index == 0 else f"{changed[index]}x"

    assert hashing.entry_hash(changed) != hashing.entry_hash(FIELDS)


def test_the_chain_depends_on_what_came_before_where_and_what():
    one, other = hashing.entry_hash(FIELDS), hashing.entry_hash((8, *FIELDS[1:]))
    link = hashing.chain(hashing.GENESIS, 1, one)

    assert link == hashlib.sha256(bytes(32) + (1).to_bytes(8, "big") + one).digest()
    assert (
        len(
            {
                link,
                hashing.chain(link, 1, one),
                hashing.chain(bytes(32), 2, one),
                hashing.chain(bytes(32), 1, other),
            }
        )
        == 4
    )


def test_the_merkle_root_is_that_of_rfc_6962():
    leaf_a, leaf_b, leaf_c = (hashlib.sha256(b"\x00" + leaf).digest() for leaf in (b"a", b"b", b"c"))
    node = hashlib.sha256(b"\x01" + leaf_a + leaf_b).digest()

    assert hashing.merkle_root([]) == hashlib.sha256(b"").digest()
    assert hashing.merkle_root([b"a"]) == leaf_a
    assert hashing.merkle_root([b"a", b"b"]) == node
    assert hashing.merkle_root([b"a", b"b", b"c"]) == hashlib.sha256(b"\x01" + node + leaf_c).digest()


def test_a_node_cannot_pose_as_a_leaf():
    inner = hashlib.sha256(b"\x00a").digest() + hashlib.sha256(b"\x00b").digest()

    assert hashing.merkle_root([inner]) != hashing.merkle_root([b"a", b"b"])


def test_the_order_of_a_list_changes_its_root():
    assert hashing.merkle_root([b"a", b"b", b"c"]) != hashing.merkle_root([b"b", b"a", b"c"])


def test_an_object_is_named_by_kind_and_id():
    assert object_hash("task", 1) != object_hash("visit", 1)
    assert object_hash("task", 1) == hashlib.sha256(b"task\x1f1").hexdigest()


def test_a_page_names_its_objects_and_a_bulk_list_only_its_root():
    page, bulk = page_hash("resident", range(200)), page_hash("resident", range(201))

    assert page.count == 200
    assert page.names[3] == object_hash("resident", 3)[:16]
    assert (
        page.root == hashing.merkle_root(bytes.fromhex(object_hash("resident", n)) for n in range(200)).hex()
    )
    assert (bulk.count, bulk.names) == (201, ())


def test_json_is_written_the_way_every_reader_can_repeat():
    assert json.loads(hashing.canonical(FIELDS)) == list(FIELDS)
