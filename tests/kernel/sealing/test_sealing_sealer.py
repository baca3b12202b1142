"""A sealed value opens at its own place, with its own key, while its domain lives; and nowhere else."""

import pickle
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridward.kernel.sealing import (
    KeyDestroyed,
    KeyMissing,
    KeyStore,
    SealBroken,
    Sealer,
    SealMisuse,
    blob_key_id,
)
from gridward.kernel.sealing import sealer as sealer_module
from tests.examples import examples

PLACE = {"table": "registry_resident", "column": "name", "row_id": UUID(int=7)}


@pytest.fixture
def store(tmp_path):
    return KeyStore(tmp_path / "keys")


@pytest.fixture(params=["aes", "gm"])
def sealer(request, store):
    store.create("order:one", request.param)
    return Sealer("order:one", store)


@pytest.fixture
def key(sealer):
    return sealer.new_data_keys(1)[0]


def test_a_sealed_value_opens_at_its_place(sealer, key):
    blob = sealer.seal(key, **PLACE, text="合成居民甲")

    assert sealer.open_(key, blob, **PLACE) == "合成居民甲"
    assert sealer.open_(key, memoryview(blob), **PLACE) == "合成居民甲"
    assert "合成".encode() not in blob


def test_a_blob_says_its_version_suite_and_data_key(sealer, key, store):
    blob = sealer.seal(key, **PLACE, text="x")

    assert blob[0] == 1
    assert blob[1] == {"aes": 1, "gm": 2}[store.get("order:one").info.suite]
    assert blob_key_id(blob) == key.id
    assert len(blob) == 2 + 16 + 12 + 1 + 16


@pytest.mark.parametrize(
    "other", [{"row_id": UUID(int=8)}, {"column": "phone"}, {"table": "registry_worker"}]
)
def test_a_blob_moved_to_another_place_does_not_open(sealer, key, other):
    blob = sealer.seal(key, **PLACE, text="合成居民甲")

    with pytest.raises(SealBroken):
        sealer.open_(key, blob, **(PLACE | other))


def test_a_blob_with_any_changed_byte_does_not_open(sealer, key):
    blob = sealer.seal(key, **PLACE, text="合成居民甲")

    for index in range(len(blob)):
        changed = bytearray(blob)
        changed[index] ^= 1
        with pytest.raises(SealBroken):
            sealer.open_(key, bytes(changed), **PLACE)


def test_a_blob_cut_anywhere_does_not_open(sealer, key):
    blob = sealer.seal(key, **PLACE, text="合成居民甲")

    for end in range(len(blob)):
        with pytest.raises(SealBroken):
            sealer.open_(key, blob[:end], **PLACE)


def test_a_neighbours_key_does_not_open_a_blob(sealer):
    own, neighbours = sealer.new_data_keys(2)

    blob = sealer.seal(own, **PLACE, text="合成居民甲")

    with pytest.raises(SealBroken):
        sealer.open_(neighbours, blob, **PLACE)


def test_one_text_sealed_twice_gives_two_blobs(sealer, key):
    assert sealer.seal(key, **PLACE, text="x") != sealer.seal(key, **PLACE, text="x")


def test_a_table_name_cannot_borrow_from_the_column(sealer, key):
    with pytest.raises(SealMisuse):
        sealer.seal(key, table="a\x1fb", column="c", row_id=1, text="x")
    with pytest.raises(SealMisuse):
        sealer.seal(key, table="a", column="", row_id=1, text="x")


def test_64_kilobytes_fit_and_one_more_does_not(sealer, key):
    most = "x" * 64 * 1024

    assert sealer.open_(key, sealer.seal(key, **PLACE, text=most), **PLACE) == most
    with pytest.raises(SealMisuse):
        sealer.seal(key, **PLACE, text=most + "x")


def test_a_saved_data_key_is_unwrapped_to_the_same(sealer, key, store):
    blob = sealer.seal(key, **PLACE, text="x")

    later = Sealer("order:one", KeyStore(store.directory))

    assert later.open_(later.unwrap(key.id, memoryview(key.wrapped)), blob, **PLACE) == "x"


def test_a_wrapped_key_filed_under_another_id_is_refused(sealer, key):
    with pytest.raises(SealBroken):
        sealer.unwrap(uuid4(), key.wrapped)


def test_a_changed_or_cut_wrapped_key_is_refused(sealer, key):
    changed = key.wrapped[:-1] + bytes([key.wrapped[-1] ^ 1])

    with pytest.raises(SealBroken):
        sealer.unwrap(key.id, changed)
    with pytest.raises(SealBroken):
        sealer.unwrap(key.id, key.wrapped[:20])


def test_a_key_wrapped_in_another_domain_is_refused(sealer, key, store):
    store.create("order:two", "aes")
    other = Sealer("order:two", store)

    with pytest.raises(KeyMissing):
        other.unwrap(key.id, key.wrapped)
    with pytest.raises(SealMisuse):
        other.seal(key, **PLACE, text="x")


def test_many_values_are_sealed_and_opened_in_order(sealer):
    keys = sealer.new_data_keys(3)
    rows = [(keys[n % 3], "t", "c", n, None if n == 4 else f"值{n}") for n in range(9)]

    blobs = sealer.seal_many(rows)
    known = sealer.unwrap_many((key.id, key.wrapped) for key in keys)
    texts = sealer.open_many([(blob, "t", "c", n) for n, blob in enumerate(blobs)], known)

    assert texts == [row[4] for row in rows]
    assert blobs[4] is None


def test_a_blob_whose_key_was_not_brought_along_is_missing_it(sealer):
    own, neighbours = sealer.new_data_keys(2)
    blob = sealer.seal(own, **PLACE, text="x")

    with pytest.raises(KeyMissing):
        sealer.open_many([(blob, *PLACE.values())], {neighbours.id: neighbours})


def test_new_data_keys_are_distinct_and_ascend(sealer):
    keys = sealer.new_data_keys(100)

    assert len({key.plain for key in keys}) == 100
    assert [key.id for key in keys] == sorted(key.id for key in keys)


def test_nothing_opens_once_the_domain_key_is_destroyed(sealer, key, store):
    blob = sealer.seal(key, **PLACE, text="x")
    index = sealer.blind_index("phone", "13900000000")
    assert index is not None

    store.destroy("order:one")

    for attempt in (
        lambda: sealer.open_(key, blob, **PLACE),
        lambda: sealer.open_many([(blob, *PLACE.values())], {key.id: key}),
        lambda: sealer.unwrap(key.id, key.wrapped),
        lambda: sealer.seal(key, **PLACE, text="y"),
        lambda: sealer.blind_index("phone", "13900000000"),
        lambda: sealer.new_data_keys(1),
        lambda: Sealer("order:one", store),
    ):
        with pytest.raises(KeyDestroyed):
            attempt()
    assert not sealer._prepared
    assert not sealer._macs


def test_a_backup_of_the_database_opens_nothing_after_the_purge(sealer, key, store):
    blob, wrapped = sealer.seal(key, **PLACE, text="x"), key.wrapped
    store.destroy("order:one")

    todays_store = KeyStore(store.directory)

    assert blob_key_id(blob) == key.id
    with pytest.raises(KeyDestroyed):
        Sealer("order:one", todays_store).unwrap(key.id, wrapped)


def test_a_successor_takes_data_over_and_the_old_key_may_die(sealer, key, store):
    blob = sealer.seal(key, **PLACE, text="x")
    store.create("order:next", store.get("order:one").info.suite)
    successor = Sealer("order:next", store)

    (taken,) = successor.take_over([key])
    store.destroy("order:one")

    assert successor.open_(successor.unwrap(taken.id, taken.wrapped), blob, **PLACE) == "x"


def test_a_successor_of_another_suite_takes_nothing_over(sealer, key, store):
    other = {"aes": "gm", "gm": "aes"}[store.get("order:one").info.suite]
    store.create("order:next", other)

    with pytest.raises(SealMisuse):
        Sealer("order:next", store).take_over([key])


def test_equal_values_have_equal_blind_indexes_within_one_domain_only(sealer, store):
    store.create("order:two", "aes")
    other = Sealer("order:two", store)

    index = sealer.blind_index("phone", "13900000000")

    assert index == sealer.blind_index("phone", "13900000000")
    assert len(index) == 16
    assert index != sealer.blind_index("id", "13900000000")
    assert index != other.blind_index("phone", "13900000000")


def test_no_value_has_no_blind_index(sealer):
    assert sealer.blind_index("phone", None) is None
    assert sealer.blind_index("phone", "") is None


def test_many_blind_indexes_equal_the_single_ones(sealer):
    values = ["a", None, "b", "", "a"]

    indexes = sealer.blind_index_many("name", values)

    assert indexes == [sealer.blind_index("name", value) for value in values]
    assert indexes[0] == indexes[4] != indexes[2]


def test_kind_and_value_cannot_be_shifted_into_each_other(sealer):
    assert sealer.blind_index("a", "bc") != sealer.blind_index("ab", "c")
    with pytest.raises(SealMisuse):
        sealer.blind_index("a\x1fb", "c")


def test_prepared_ciphers_are_bounded(sealer, monkeypatch):
    monkeypatch.setattr(sealer_module, "PREPARED_LIMIT", 10)

    for key in sealer.new_data_keys(35):
        sealer.seal(key, **PLACE, text="x")

    assert len(sealer._prepared) <= 10


def test_a_data_key_shows_and_writes_nothing(key):
    assert key.plain.hex() not in repr(key)
    assert repr(key.plain) not in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)


@given(text=st.text(max_size=200), row_id=st.integers() | st.uuids())
@settings(max_examples=examples(50), deadline=None)
def test_any_text_comes_back_as_it_was(text, row_id, tmp_path_factory):
    store = KeyStore(tmp_path_factory.mktemp("k") / "keys")
    store.create("standing", "aes")
    sealer = Sealer("standing", store)
    key = sealer.new_data_keys(1)[0]

    blob = sealer.seal(key, table="t", column="c", row_id=row_id, text=text)

    assert sealer.open_(key, blob, table="t", column="c", row_id=row_id) == text
