"""Whatever is sealed: it opens in one place with one key, matches within one domain, and dies with its domain."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gridward.kernel.sealing import (
    KeyDestroyed,
    KeyExists,
    KeyMissing,
    KeyStore,
    SealBroken,
    Sealer,
    SealError,
    SealMisuse,
    blind_index,
    blind_index_many,
    plug_key_store,
    sealer_for,
)
from gridward.kernel.sealing.suites import SUITES
from tests.examples import examples

OFTEN = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
WORD = st.text("abc_", min_size=1, max_size=4)
PLACE = st.tuples(WORD, WORD, st.integers(0, 3) | st.uuids() | WORD)


@pytest.fixture(params=["aes", "gm"], scope="module")
def sealers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Sealer, Sealer]:
    """Two domains of one suite."""
    store = KeyStore(tmp_path_factory.mktemp("keys") / "keys")
    for domain in ("order:one", "order:two"):
        store.create(domain, request.param)
    return Sealer("order:one", store), Sealer("order:two", store)


def opened(sealer: Sealer, key: object, blob: bytes, place: tuple[object, ...]) -> str | None:
    table, column, row_id = place
    try:
        return sealer.open_(key, blob, table=table, column=column, row_id=row_id)
    except SealBroken:
        return None


@OFTEN
@given(text=TEXT, place=PLACE, other=PLACE)
def test_a_text_opens_in_its_own_place_and_in_no_other(
    sealers: tuple[Sealer, Sealer], text: str, place: tuple[str, str, object], other: tuple[str, str, object]
) -> None:
    sealer = sealers[0]
    key, strange = sealer.new_data_keys(2)
    blob = sealer.seal(key, table=place[0], column=place[1], row_id=place[2], text=text)

    assert opened(sealer, key, blob, place) == text
    same = (*other[:2], str(other[2])) == (*place[:2], str(place[2]))
    assert (opened(sealer, key, blob, other) is not None) is same
    assert opened(sealer, strange, blob, place) is None


@OFTEN
@given(text=TEXT, data=st.data())
def test_no_change_of_a_blob_goes_unnoticed(
    sealers: tuple[Sealer, Sealer], text: str, data: st.DataObject
) -> None:
    sealer = sealers[0]
    (key,) = sealer.new_data_keys(1)
    place = ("t", "c", 1)
    blob = sealer.seal(key, table="t", column="c", row_id=1, text=text)
    at = data.draw(st.integers(0, len(blob)))
    piece = data.draw(st.binary(max_size=4))
    cut = data.draw(st.integers(0, 4))

    changed = blob[:at] + piece + blob[at + cut :]

    assert (opened(sealer, key, changed, place) is not None) is (changed == blob)


@OFTEN
@given(junk=st.binary(max_size=80))
def test_what_was_never_sealed_is_refused_in_sealing_s_own_words(
    sealers: tuple[Sealer, Sealer], junk: bytes
) -> None:
    sealer = sealers[0]
    (key,) = sealer.new_data_keys(1)

    assert opened(sealer, key, junk, ("t", "c", 1)) is None
    with pytest.raises(SealError):
        sealer.unwrap(key.id, junk)
    with pytest.raises(SealError):
        sealer.open_many([(junk, "t", "c", 1)], {key.id: key})


def test_a_text_no_byte_stands_for_is_refused_without_repeating_it(sealers: tuple[Sealer, Sealer]) -> None:
    sealer = sealers[0]
    (key,) = sealer.new_data_keys(1)
    half = "合成居民甲\ud800"

    for attempt in (
        lambda: sealer.seal(key, table="t", column="c", row_id=1, text=half),
        lambda: sealer.seal_many([(key, "t", "c", 1, half)]),
        lambda: sealer.blind_index("name", half),
    ):
        with pytest.raises(SealMisuse) as refused:
            attempt()
        assert "合成" not in repr(refused.value) and refused.value.__cause__ is None
        assert refused.value.__suppress_context__


@OFTEN
@given(kind=WORD, other_kind=WORD, one=TEXT, other=TEXT)
def test_matching_keys_are_equal_exactly_when_kind_and_value_are_and_never_across_domains(
    sealers: tuple[Sealer, Sealer], kind: str, other_kind: str, one: str, other: str
) -> None:
    here, there = sealers
    mine = here.blind_index(kind, one)

    assert (mine is None) is (one == "")
    if mine is not None:
        assert len(mine) == 16
        assert (here.blind_index(other_kind, other) == mine) is ((other_kind, other) == (kind, one))
        assert there.blind_index(kind, one) != mine
        assert here.blind_index_many(kind, [None, one, "", one]) == [None, mine, None, mine]


@OFTEN
@given(texts=st.lists(st.none() | TEXT, max_size=6), count=st.integers(1, 3))
def test_many_are_sealed_and_opened_in_order_whatever_is_missing(
    sealers: tuple[Sealer, Sealer], texts: list[str | None], count: int
) -> None:
    sealer = sealers[0]
    keys = sealer.new_data_keys(count)

    blobs = sealer.seal_many((keys[n % count], "t", "c", n, text) for n, text in enumerate(texts))

    known = sealer.unwrap_many((key.id, key.wrapped) for key in keys)
    assert [blob is None for blob in blobs] == [text is None for text in texts]
    assert sealer.open_many([(blob, "t", "c", n) for n, blob in enumerate(blobs)], known) == texts


@OFTEN
@given(text=TEXT)
def test_what_moves_to_a_successor_opens_there_and_its_wrapped_key_no_longer_here(
    sealers: tuple[Sealer, Sealer], text: str
) -> None:
    here, there = sealers
    (old,) = here.new_data_keys(1)
    blob = here.seal(old, table="t", column="c", row_id=1, text=text)

    (new,) = there.take_over([old])

    assert opened(there, there.unwrap(new.id, new.wrapped), blob, ("t", "c", 1)) == text
    with pytest.raises(KeyMissing):
        here.unwrap(new.id, new.wrapped)
    with pytest.raises(SealMisuse):
        here.open_(new, blob, table="t", column="c", row_id=1)


# --- the two suites -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "nonce", "plain", "associated", "sealed"),
    [
        # The Galois/counter mode of operation, test cases 13, 14 and 16 (256-bit keys).
        ("00" * 32, "00" * 12, "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
        ("00" * 32, "00" * 12, "00" * 16, "", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
        (
            "feffe9928665731c6d6a8f9467308308" * 2,
            "cafebabefacedbaddecaf888",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b",
        ),
    ],
    ids=["nothing", "one block", "with associated data"],
)  # fmt: skip
def test_aes_256_gcm_gives_the_vectors_of_its_authors(
    key: str, nonce: str, plain: str, associated: str, sealed: str
) -> None:
    aead = SUITES["aes"].aead(bytes.fromhex(key))

    found = aead.encrypt(bytes.fromhex(nonce), bytes.fromhex(plain), bytes.fromhex(associated))

    assert found.hex() == sealed
    assert aead.decrypt(bytes.fromhex(nonce), found, bytes.fromhex(associated)).hex() == plain


@pytest.mark.parametrize(
    ("suite", "message", "digest"),
    [
        ("gm", b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
        ("aes", b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ],
)
def test_the_digests_are_those_of_their_standards(suite: str, message: bytes, digest: str) -> None:
    assert SUITES[suite].digest(message).hex() == digest


def test_a_blob_of_one_suite_is_not_taken_for_one_of_the_other(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys")
    for suite in SUITES:
        store.create(f"order:{suite}", suite)
    ours, theirs = (Sealer(f"order:{suite}", store) for suite in SUITES)
    (key,) = ours.new_data_keys(1)
    blob = ours.seal(key, table="t", column="c", row_id=1, text="x")

    relabelled = bytes([blob[0], SUITES["gm"].code]) + blob[2:]

    assert opened(ours, key, relabelled, ("t", "c", 1)) is None
    with pytest.raises(SealMisuse):
        theirs.take_over([key])


# --- the key store through its life ---------------------------------------------------------------------------------

DOMAINS = st.sampled_from(["standing", "order:a"])


class Life(RuleBasedStateMachine):
    """A key store is made, used, destroyed and opened anew; a model remembers what must be true."""

    @initialize()
    def open_empty(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = KeyStore(Path(self.folder.name) / "keys")
        self.live: dict[str, tuple[str, bytes]] = {}
        self.dead: dict[str, str] = {}
        self.index_keys: set[bytes] = set()

    @rule(domain=DOMAINS, suite=st.sampled_from(["aes", "gm"]))
    def create(self, domain: str, suite: str) -> None:
        if domain in self.dead or domain in self.live:
            with pytest.raises(KeyDestroyed if domain in self.dead else KeyExists):
                self.store.create(domain, suite)
            return
        info = self.store.create(domain, suite)
        index_key = self.store.get(domain).index_key()
        assert index_key not in self.index_keys, "no key is made twice"
        self.index_keys.add(index_key)
        self.live[domain] = (info.fingerprint, self.store.get(domain).wrap(domain.encode(), b"here"))

    @rule(domain=DOMAINS)
    def destroy(self, domain: str) -> None:
        if domain not in self.live and domain not in self.dead:
            with pytest.raises(KeyMissing):
                self.store.destroy(domain)
            return
        fingerprint = self.live.pop(domain, (self.dead.get(domain, ""),))[0]
        self.dead[domain] = fingerprint
        assert self.store.destroy(domain).fingerprint == fingerprint

    @rule()
    def restart(self) -> None:
        self.store = KeyStore(self.store.directory)

    @rule(domain=DOMAINS)
    def crash_while_destroying(self, domain: str) -> None:
        """The tombstone is written, the key file still lies there."""
        if domain not in self.live:
            return
        path = self.store.directory / f"{domain.replace(':', '@')}.domainkey"
        content = path.read_bytes()
        self.destroy(domain)
        path.write_bytes(content)
        path.chmod(0o600)

    @invariant()
    def what_lives_opens_and_what_died_does_not(self) -> None:
        if not hasattr(self, "store"):
            return
        for domain, (_fingerprint, wrapped) in self.live.items():
            assert self.store.get(domain).unwrap(wrapped, b"here") == domain.encode()
        for domain in self.dead:
            assert not self.store.exists(domain)
            with pytest.raises(KeyDestroyed):
                self.store.get(domain)
        listed = {
            info.domain: (info.fingerprint, info.destroyed_at is not None) for info in self.store.list()
        }
        expected = {domain: (fingerprint, False) for domain, (fingerprint, _wrapped) in self.live.items()}
        assert listed == expected | {domain: (fingerprint, True) for domain, fingerprint in self.dead.items()}

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()


Life.TestCase.settings = settings(max_examples=examples(30), stateful_step_count=20, deadline=None)
TestTheLifeOfAKeyStore = Life.TestCase


# --- the store of this process --------------------------------------------------------------------------------------


@pytest.fixture
def plugged(tmp_path: Path) -> Iterator[KeyStore]:
    store = KeyStore(tmp_path / "keys")
    store.create("standing", "aes")
    plug_key_store(store)
    yield store
    plug_key_store(None)


def test_one_sealer_a_domain_serves_the_whole_process(plugged: KeyStore) -> None:
    assert sealer_for("standing") is sealer_for("standing")
    assert blind_index("standing", "phone", "1") == sealer_for("standing").blind_index("phone", "1")
    assert blind_index_many("standing", "phone", ["1", None]) == [blind_index("standing", "phone", "1"), None]
    with pytest.raises(KeyMissing):
        sealer_for("order:none")


def test_another_store_brings_other_sealers(plugged: KeyStore, tmp_path: Path) -> None:
    before = blind_index("standing", "phone", "1")
    other = KeyStore(tmp_path / "other")
    other.create("standing", "aes")

    plug_key_store(other)

    assert blind_index("standing", "phone", "1") != before


def test_a_key_destroyed_in_this_process_is_dead_for_every_sealer_at_once(plugged: KeyStore) -> None:
    sealer = sealer_for("standing")
    (key,) = sealer.new_data_keys(1)
    plugged.destroy("standing")

    for attempt in (
        lambda: blind_index("standing", "phone", "1"),
        lambda: sealer.new_data_keys(1),
        lambda: sealer.seal(key, table="t", column="c", row_id=1, text="x"),
        lambda: sealer.take_over([key]),
    ):
        with pytest.raises(KeyDestroyed):
            attempt()
