"""Domain keys live in a directory of their own, and once destroyed never come back."""

import json
import os
import subprocess
import sys
from uuid import uuid4

import pytest

from gridward.kernel.sealing import KeyDestroyed, KeyExists, KeyMissing, KeyStore, KeyStoreBroken, SealMisuse

ORDER = f"order:{uuid4()}"


@pytest.fixture
def store(tmp_path):
    return KeyStore(tmp_path / "keys")


def wrapped_under(key):
    return key.wrap(b"a household's key", b"place")


def test_a_key_survives_a_restart(store):
    made = store.create(ORDER, "gm")
    wrapped = wrapped_under(store.get(ORDER))

    reopened = KeyStore(store.directory)

    assert reopened.get(ORDER).info == made
    assert reopened.get(ORDER).unwrap(wrapped, b"place") == b"a household's key"
    assert reopened.get(ORDER).index_key() == store.get(ORDER).index_key()


def test_directory_and_files_belong_to_this_user_alone(store):
    store.create("standing", "aes")

    modes = {path.name: path.stat().st_mode & 0o777 for path in store.directory.iterdir()}

    assert store.directory.stat().st_mode & 0o777 == 0o700
    assert set(modes.values()) == {0o600}
    assert "standing.domainkey" in modes


def test_a_directory_open_to_others_is_refused(tmp_path):
    (tmp_path / "keys").mkdir(mode=0o755)

    with pytest.raises(KeyStoreBroken):
        KeyStore(tmp_path / "keys")


def test_a_domain_has_one_key_only(store):
    store.create(ORDER, "aes")

    with pytest.raises(KeyExists):
        store.create(ORDER, "aes")


def test_a_domain_without_a_key_is_missing(store):
    with pytest.raises(KeyMissing) as caught:
        store.get(ORDER)

    assert not isinstance(caught.value, KeyDestroyed)


@pytest.mark.parametrize(
    "domain", ["", "Order:1", "../standing", "order:../x", "order:A", "order:1/2", "a b", "order:"]
)
def test_a_domain_that_is_no_word_and_id_is_refused(store, domain):
    with pytest.raises(SealMisuse):
        store.create(domain, "aes")


def test_an_unknown_suite_is_refused(store):
    with pytest.raises(SealMisuse):
        store.create(ORDER, "des")


def test_a_destroyed_key_is_gone_and_its_tombstone_stays(store):
    made = store.create(ORDER, "aes")

    buried = store.destroy(ORDER)

    assert (buried.key_id, buried.fingerprint) == (made.key_id, made.fingerprint)
    assert buried.destroyed_at is not None
    assert not store.exists(ORDER)
    with pytest.raises(KeyDestroyed):
        store.get(ORDER)


def test_no_file_holds_a_destroyed_key_any_more(store):
    store.create(ORDER, "aes")
    path = next(store.directory.glob("order*.domainkey"))
    body = json.loads(path.read_text())

    store.destroy(ORDER)

    left = b"".join(file.read_bytes() for file in store.directory.iterdir())
    assert body["domain_key"].encode() not in left
    assert body["index_key"].encode() not in left


def test_a_destroyed_file_is_overwritten_before_it_is_removed(store):
    store.create(ORDER, "aes")
    path = next(store.directory.glob("order*.domainkey"))
    other_name = store.directory.parent / "second-link"
    os.link(path, other_name)
    before = other_name.read_bytes()

    store.destroy(ORDER)

    after = other_name.read_bytes()
    assert len(after) == len(before)
    assert json.loads(before)["domain_key"].encode() not in after


def test_a_destroyed_domain_never_gets_a_key_again(store):
    store.create(ORDER, "aes")
    store.destroy(ORDER)

    with pytest.raises(KeyDestroyed):
        store.create(ORDER, "aes")
    with pytest.raises(KeyDestroyed):
        KeyStore(store.directory).create(ORDER, "aes")


def test_destroying_twice_is_destroying_once(store):
    store.create(ORDER, "aes")

    assert store.destroy(ORDER) == store.destroy(ORDER)


def test_what_never_was_cannot_be_destroyed(store):
    with pytest.raises(KeyMissing):
        store.destroy(ORDER)


def test_a_destruction_cut_short_by_a_crash_is_finished_at_the_next_start(store):
    store.create(ORDER, "aes")
    path = next(store.directory.glob("order*.domainkey"))
    key = path.read_bytes()
    store.destroy(ORDER)
    path.write_bytes(key)  # as if the crash had come between the tombstone and the overwriting
    path.chmod(0o600)

    with pytest.raises(KeyDestroyed):
        store.get(ORDER)
    KeyStore(store.directory)

    assert not path.exists()


def test_a_half_written_key_of_a_killed_process_is_swept_away(store):
    leftover = store.directory / ".tmp-0011223344556677"
    leftover.write_bytes(b"half a key")

    store.create(ORDER, "aes")

    assert not leftover.exists()


def test_destruction_by_another_process_is_noticed(store, monkeypatch):
    monkeypatch.setattr(KeyStore, "CHECK_SECONDS", 0.0)
    store.create(ORDER, "aes")
    store.get(ORDER)
    program = (
        "import sys, pathlib\n"
        "from gridward.kernel.sealing.keystore import KeyStore\n"
        "KeyStore(pathlib.Path(sys.argv[1])).destroy(sys.argv[2])\n"
    )

    subprocess.run([sys.executable, "-c", program, str(store.directory), ORDER], check=True)

    with pytest.raises(KeyDestroyed):
        store.get(ORDER)


def test_a_key_is_looked_at_again_at_most_every_second(store):
    store.create(ORDER, "aes")
    store.get(ORDER)

    KeyStore(store.directory).destroy(ORDER)

    assert KeyStore.CHECK_SECONDS <= 1.0
    assert store._cache[ORDER].good_until > 0
    store._cache[ORDER] = store._cache[ORDER]._replace(good_until=0.0)
    with pytest.raises(KeyDestroyed):
        store.get(ORDER)


def test_a_removed_key_file_is_missing_not_destroyed(store):
    store.create(ORDER, "aes")
    store.get(ORDER)
    store._cache.clear()

    next(store.directory.glob("order*.domainkey")).unlink()

    with pytest.raises(KeyMissing):
        store.get(ORDER)


@pytest.mark.parametrize("damage", [b"", b"{}", b"not json", b"[1]"])
def test_a_damaged_key_file_is_refused(store, damage):
    store.create(ORDER, "aes")

    next(store.directory.glob("order*.domainkey")).write_bytes(damage)

    with pytest.raises(KeyStoreBroken):
        KeyStore(store.directory).get(ORDER)


def test_a_flipped_bit_in_a_key_file_is_refused(store):
    store.create(ORDER, "aes")
    path = next(store.directory.glob("order*.domainkey"))
    body = json.loads(path.read_text())
    body["index_key"] = "00" * 32

    path.write_text(json.dumps(body))

    with pytest.raises(KeyStoreBroken):
        KeyStore(store.directory).get(ORDER)


def test_a_key_file_renamed_to_another_domain_is_refused(store):
    store.create("standing", "aes")

    (store.directory / "standing.domainkey").rename(store.directory / "other.domainkey")

    with pytest.raises(KeyStoreBroken):
        store.get("other")


def test_a_key_file_that_is_a_link_is_refused(store, tmp_path):
    store.create("standing", "aes")
    path = store.directory / "standing.domainkey"
    path.rename(tmp_path / "elsewhere")

    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="symbolic"):
        KeyStore(store.directory).get("standing")


def test_the_list_tells_live_and_destroyed_domains_apart(store):
    store.create(ORDER, "aes")
    store.create("standing", "gm")
    store.destroy(ORDER)

    listed = {info.domain: info for info in store.list()}

    assert set(listed) == {ORDER, "standing"}
    assert listed[ORDER].destroyed_at is not None
    assert listed["standing"].destroyed_at is None
    assert listed["standing"].suite == "gm"


def test_a_key_never_shows_in_its_representation(store):
    store.create(ORDER, "aes")
    body = json.loads(next(store.directory.glob("order*.domainkey")).read_text())

    shown = repr(store.get(ORDER)) + repr(store.list())

    assert body["domain_key"] not in shown
    assert repr(bytes.fromhex(body["domain_key"])) not in shown
    assert repr(bytes.fromhex(body["index_key"])) not in shown


def test_the_directory_asks_backup_programs_to_leave_it_out(store):
    tag = (store.directory / "CACHEDIR.TAG").read_bytes()

    assert tag.startswith(b"Signature: 8a477f597d28d172789f06886806bc55")
