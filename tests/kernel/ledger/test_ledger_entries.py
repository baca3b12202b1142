"""The ledger takes ids, numbers and codes; it refuses everything that could be about a person."""

import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from gridward.kernel import ledger
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.ledger import LedgerRefused, entry, object_hash, page_hash

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
WORKER = Actor(id=UUID(int=5), handle="synthetic-worker", role="grid_worker")


def made(action="task.close", **words):
    return entry(action, by=WORKER, now=NOW, **words)


def test_an_entry_names_the_actor_by_id_and_role():
    assert (made().actor, made().role) == (str(UUID(int=5)), "grid_worker")
    assert entry("task.close", by=SYSTEM, now=NOW).actor == "SYSTEM"
    assert "synthetic-worker" not in repr(made())


def test_an_entry_names_its_object_by_hash():
    written = made(obj=("task", UUID(int=1)), task=UUID(int=1), basis=UUID(int=2), purpose="case_finding")

    assert (written.object_kind, written.object_hash) == ("task", object_hash("task", UUID(int=1)))
    assert (written.task, written.basis, written.purpose) == (
        str(UUID(int=1)),
        str(UUID(int=2)),
        "case_finding",
    )


def test_what_is_not_said_is_empty():
    written = made()

    assert (written.object_kind, written.object_hash, written.basis, written.task, written.reason) == (
        "",
    ) * 5
    assert (written.result, written.detail) == ("ok", "{}")
    assert made(basis=None, task=None).basis == ""


def test_a_page_of_a_list_is_one_entry_that_names_all_of_them():
    page = page_hash("resident", [1, 2, 3])

    written = made("resident.list", obj=page)

    detail = json.loads(written.detail)
    assert written.object_hash == page.root
    assert detail["objects_count"] == 3
    assert detail["objects"] == list(page.names)


@pytest.mark.parametrize(
    "detail",
    [
        {"rows": 11_044},
        {"urgent": True},
        {"channel": "health"},
        {"batch": uuid4()},
        {"batch": str(uuid4())},
        {"content": "ab" * 32},
        {"area_pos": 123_456_789_012_345},
        {"area_code": "320102003015001"},
        {"fields": ["phone", "name"]},
        {"ranges_pos": [10**12, 10**13]},
        {"day": "2026-01-31"},
        {"empty": ""},
    ],
)
def test_ids_numbers_codes_and_hashes_are_taken(detail):
    assert json.loads(made(**detail).detail).keys() == detail.keys()


@pytest.mark.parametrize(
    "detail",
    [
        {"contact": "合成居民"},
        {"who": "Synthetic Person"},
        {"contact": "13900001234"},
        {"contact": 13900001234},
        {"contact": "320102199001010000"},
        {"contact": "32010219900101001x"},
        {"contact": "1390000123412345"},
        {"contacts": ["13900001234"]},
        {"where": {"door": 1}},
        {"share": 0.5},
        {"nothing": None},
        {"raw": b"bytes"},
        {"when": NOW},
        {"long": "a" * 65},
        {"name": "a"},
        {"phone": 1},
        {"Upper": 1},
        {"nested": [[1]]},
        {"many_ids": list(range(5_000))},
    ],
)
def test_what_could_be_personal_is_refused_and_not_repeated(detail):
    with pytest.raises(LedgerRefused) as refused:
        made(**detail)

    for value in detail.values():
        assert len(str(value)) < 4 or str(value) not in str(refused.value)


@pytest.mark.parametrize(
    "words",
    [
        {"action": "close"},
        {"action": "Task.close"},
        {"purpose": "finding cases"},
        {"result": "Not found."},
        {"obj": ("Some Task", 1)},
        {"task": "the one in the yard"},
    ],
)
def test_words_where_a_code_belongs_are_refused(words):
    with pytest.raises(LedgerRefused):
        made(**words)


def test_a_reason_is_kept_apart_and_long_numbers_in_it_are_masked():
    written = made(reason="已电话核实 13900001234,32010219900101001X,12 人")

    assert written.reason == "已电话核实 ###########,##################,12 人"
    assert written.detail == "{}"


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        (
            "list 01a21eef-343f-79ff-bfde-58b439453558, row 2",
            "list 01a21eef-343f-79ff-bfde-58b439453558, row 2",
        ),
        ("01a21eef-343f-79ff-bfde-123456789012", "01a21eef-343f-79ff-bfde-123456789012"),
        ("58b439453558 is no id", "58b######### is no id"),
        ("01a21eef-343f-79ff-bfde-1390000123456", "01a21eef-343f-79ff-bfde-#############"),
    ],
)
def test_an_id_in_a_reason_is_kept_whole_whatever_digits_it_ends_in(reason, kept):
    assert made(reason=reason).reason == kept


@pytest.mark.parametrize("reason", ["x" * 201, "a\x00b", "a\ud800b"])
def test_a_reason_that_is_too_long_or_no_text_is_refused(reason):
    with pytest.raises(LedgerRefused):
        made(reason=reason)


def test_the_front_door_is_one_call():
    assert callable(ledger.record)
    assert ledger.record_many([]) == 0


def test_an_object_whose_short_hash_happens_to_be_all_digits_is_named_like_any_other():
    unlucky = next(n for n in range(1_000_000) if object_hash("clue", n)[:16].isdigit())

    written = made("clue.dispatch", obj=page_hash("clue", [unlucky, 5]))

    assert json.loads(written.detail)["objects"][0] == object_hash("clue", unlucky)[:16]


def test_a_page_names_its_objects_by_hashes_only():
    with pytest.raises(LedgerRefused):
        made(obj=ledger.Page("resident", "0" * 64, 1, ("13800000000",)))
