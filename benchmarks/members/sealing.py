"""Sealing, opening and blind indexes of both suites, against the bare calls of `cryptography`."""

import tempfile
from collections.abc import Callable
from os import urandom
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.turns import take_turns
from gridward.kernel.sealing import DataKey, KeyStore, Sealer
from gridward.kernel.sealing.suites import SUITES

TABLE, COLUMNS = "registry_resident", ("name_sealed", "id_number_sealed", "phone_sealed")
TEXTS = ("欧阳小明", "320199199001011234", "19900000001")
MEMBERS = 3
LABEL = {"aes": "AES-256-GCM, HMAC-SHA256", "gm": "SM4-GCM, HMAC-SM3"}
FLOOR = "bare calls, keys prepared beforehand"
Row = tuple[DataKey, str, str, object, str | None]


def measure(quick: bool) -> list[Figure]:
    """Return values a second for each suite and deed."""
    households, rounds = (100, 1) if quick else (10_000, 5)
    with tempfile.TemporaryDirectory(prefix="bench-keys-") as folder:
        store = KeyStore(Path(folder) / "keys")
        return [
            figure
            for suite in SUITES
            for figure in of_suite(store, suite, households=households, rounds=rounds)
        ]


def of_suite(store: KeyStore, suite: str, *, households: int, rounds: int) -> list[Figure]:
    """Return sealing, opening and indexing of one suite."""
    domain = f"bench:{suite}"
    store.create(domain, suite)
    sealer = Sealer(domain, store)
    keys = sealer.new_data_keys(households)
    rows: list[Row] = [
        (key, TABLE, column, f"{key.id}-{member}", text)
        for key in keys
        for member in range(MEMBERS)
        for column, text in zip(COLUMNS, TEXTS, strict=True)
    ]
    blobs = sealer.seal_many(rows)
    places = [(blob, row[1], row[2], row[3]) for blob, row in zip(blobs, rows, strict=True)]
    known = {key.id: key for key in keys}
    values = [f"3201991990{number:08d}" for number in range(len(rows))]
    floor = Floor(suite, keys, rows)
    return [
        _figure(f"{name}, {suite}", len(rows), rounds, ours, bare)
        for name, ours, bare in (
            ("seal", lambda: sealer.seal_many(rows), floor.seal),
            ("open", lambda: sealer.open_many(places, known), floor.open_),
            ("blind index", lambda: sealer.blind_index_many("id", values), lambda: floor.index(values)),
        )
    ]


class Floor:
    """The same ciphers on the same texts and nothing else: no places checked, no live key looked at."""

    def __init__(self, suite: str, keys: list[DataKey], rows: list[Row]) -> None:
        prepared = {key.id: SUITES[suite].aead(key.plain) for key in keys}
        self._work = [
            (prepared[row[0].id], str(row[4]).encode(), f"{row[1]}.{row[2]}.{row[3]}".encode())
            for row in rows
        ]
        nonces = [urandom(12) for _ in rows]
        self._sealed = [
            (aead, nonce, aead.encrypt(nonce, text, place), place)
            for nonce, (aead, text, place) in zip(nonces, self._work, strict=True)
        ]
        self._mac = SUITES[suite].mac(urandom(32))

    def seal(self) -> None:
        """Encrypt everything under fresh nonces."""
        for aead, text, place in self._work:
            aead.encrypt(urandom(12), text, place)

    def open_(self) -> None:
        """Decrypt everything."""
        for aead, nonce, sealed, place in self._sealed:
            aead.decrypt(nonce, sealed, place)

    def index(self, values: list[str]) -> None:
        """Take the keyed hash of every value."""
        for value in values:
            mac = self._mac.copy()
            mac.update(value.encode())
            mac.finalize()


def _figure(
    name: str, count: int, rounds: int, ours: Callable[[], object], bare: Callable[[], object]
) -> Figure:
    seconds = take_turns({"ours": ours, "bare": bare}, rounds)
    return Figure(
        name,
        f"{count:,} values",
        "values/s",
        [count / one for one in seconds["ours"]],
        FLOOR,
        [count / one for one in seconds["bare"]],
        more_is_better=True,
    )
