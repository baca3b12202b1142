"""
Owns sealing and opening values of one key domain: data keys, blobs, blind indexes.

A data key belongs to one household (or worker) in one domain and lies in the database, wrapped by the domain
key, which does not. Refuses to open what was changed or moved, and everything once the domain key is dead.
"""

from collections.abc import Iterable, Mapping, Sequence
from os import urandom
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hmac import HMAC

from gridward.kernel import ids
from gridward.kernel.sealing.errors import KeyMissing, SealBroken, SealMisuse
from gridward.kernel.sealing.port import DomainKeyPort, KeyStorePort
from gridward.kernel.sealing.seal_format import KEY_ID_END, LEAST_SIZE, NONCE_END, VERSION, place_prefix
from gridward.kernel.sealing.suites import NONCE_SIZE, SUITES, Aead, Suite

MOST_PLAINTEXT = 64 * 1024
INDEX_SIZE = 16
PREPARED_LIMIT = 20_000

Blob = bytes | memoryview


class DataKey:
    """The key of one household (or worker) in one domain. Save `id` and `wrapped`; never save `plain`."""

    __slots__ = ("domain", "id", "id_bytes", "plain", "wrapped")

    def __init__(self, domain: str, key_id: UUID, plain: bytes, wrapped: bytes) -> None:
        self.domain = domain
        self.id = key_id
        self.id_bytes = key_id.bytes
        self.plain = plain
        self.wrapped = wrapped

    def __repr__(self) -> str:
        return f"<DataKey {self.id} of {self.domain}>"

    def __reduce__(self) -> Any:
        raise TypeError("a data key is not written anywhere")


class Sealer:
    """Seals and opens values of one domain. Keep it: it remembers prepared keys. Safe among threads."""

    def __init__(self, domain: str, store: KeyStorePort) -> None:
        self.domain = domain
        self._store = store
        self._domain_key: DomainKeyPort | None = None
        self._suite: type[Suite] = SUITES["aes"]
        self._header = b""
        self._prepared: dict[bytes, Aead] = {}
        self._macs: dict[str, HMAC] = {}
        self._live()

    def new_data_keys(self, count: int) -> list[DataKey]:
        """Return fresh data keys in ascending order of their ids, to be saved by the caller."""
        key = self._live()
        size = self._suite.key_size
        return [self._wrapped(key, key_id, urandom(size)) for key_id in ids.new_ids(count)]

    def unwrap(self, key_id: UUID, wrapped: Blob) -> DataKey:
        """Return the data key that was saved under this id. Raises SealBroken, KeyMissing or KeyDestroyed."""
        wrapped = bytes(wrapped)
        plain = self._live().unwrap(wrapped, self._key_place(key_id))
        return DataKey(self.domain, key_id, plain, wrapped)

    def unwrap_many(self, rows: Iterable[tuple[UUID, Blob]]) -> dict[UUID, DataKey]:
        """Return the data keys of a page or block, by id."""
        return {key_id: self.unwrap(key_id, wrapped) for key_id, wrapped in rows}

    def take_over(self, data_keys: Iterable[DataKey]) -> list[DataKey]:
        """
        Wrap data keys of another domain under this one's key: the carry-over from an order to its successor.

        The caller replaces the saved rows; blobs stay as they are. Blind indexes do not move along: they are
        computed anew, for the old ones die with the old domain.
        """
        key = self._live()
        taken = [self._wrapped(key, old.id, old.plain) for old in data_keys]
        if any(len(old.plain) != self._suite.key_size for old in taken):
            raise SealMisuse("a domain takes over keys of its own suite only")
        return taken

    def seal(self, data_key: DataKey, *, table: str, column: str, row_id: object, text: str) -> bytes:
        """Return the blob that keeps `text` for this one place. At most 64 KB of UTF-8."""
        self._live()
        return self._seal(data_key, table, column, row_id, text)

    def seal_many(self, rows: Iterable[tuple[DataKey, str, str, object, str | None]]) -> list[bytes | None]:
        """Seal (data key, table, column, row id, text) rows in order. No text gives no blob."""
        self._live()
        return [
            None if text is None else self._seal(data_key, table, column, row_id, text)
            for data_key, table, column, row_id, text in rows
        ]

    def seal_rows(
        self,
        table: str,
        columns: Sequence[str],
        rows: Iterable[tuple[DataKey, object, Sequence[str]]],
    ) -> list[list[bytes | None]]:
        """
        Seal (data key, row id, texts of `columns`) rows in order; an empty text gives no blob.

        The same blobs as `seal` makes, for a city at once: what rows and neighbours share is prepared once.
        """
        self._live()
        prefixes = [place_prefix(table, column) for column in columns]
        width = NONCE_SIZE * len(columns)
        starts = range(0, width, NONCE_SIZE)
        sealed = []
        last: DataKey | None = None
        for data_key, row_id, texts in rows:
            if data_key is not last:
                encrypt, head, last = self._aead(data_key).encrypt, self._header + data_key.id_bytes, data_key
            place = str(row_id).encode()
            nonces = urandom(width)
            row: list[bytes | None] = []
            for start, prefix, column, text in zip(starts, prefixes, columns, texts, strict=True):
                if not text:
                    row.append(None)
                    continue
                plain = _encoded(text, table, column)
                if len(plain) > MOST_PLAINTEXT:
                    raise SealMisuse(f"{table}.{column} of {row_id} is longer than {MOST_PLAINTEXT} bytes")
                nonce = nonces[start : start + NONCE_SIZE]
                row.append(head + nonce + encrypt(nonce, plain, prefix + place))
            sealed.append(row)
        return sealed

    def open_(self, data_key: DataKey, blob: Blob, *, table: str, column: str, row_id: object) -> str:
        """Return the text. Raises SealBroken when the blob was changed or sealed for another place."""
        self._live()
        return self._open(data_key, bytes(blob), table, column, row_id)

    def open_many(
        self, rows: Iterable[tuple[Blob | None, str, str, object]], keys: Mapping[UUID, DataKey]
    ) -> list[str | None]:
        """Open (blob, table, column, row id) rows in order, each with the key its blob names."""
        self._live()
        by_bytes = {key.id_bytes: key for key in keys.values()}
        opened: list[str | None] = []
        for blob, table, column, row_id in rows:
            if blob is None:
                opened.append(None)
                continue
            whole = bytes(blob)
            data_key = by_bytes.get(whole[2:KEY_ID_END])
            if data_key is None:
                raise KeyMissing(f"no data key for {table}.{column} of {row_id}")
            opened.append(self._open(data_key, whole, table, column, row_id))
        return opened

    def seal_part(self, data_key: DataKey, content: bytes, *, place: bytes) -> bytes:
        """Return nonce and ciphertext of one part of a file, bound to its place. See `files` for the whole."""
        self._live()
        nonce = urandom(NONCE_SIZE)
        return nonce + self._aead(data_key).encrypt(nonce, content, place)

    def open_part(self, data_key: DataKey, blob: bytes, *, place: bytes) -> bytes:
        """Return the content of one part of a file. Raises SealBroken when it was changed or moved."""
        self._live()
        try:
            return self._aead(data_key).decrypt(blob[:NONCE_SIZE], blob[NONCE_SIZE:], place)
        except (InvalidTag, ValueError):
            raise SealBroken("a sealed file was changed or moved") from None

    def blind_index(self, kind: str, value: str | None) -> bytes | None:
        """Return the 16-byte matching key of an already normalised value; no value, no index."""
        return self.blind_index_many(kind, (value,))[0]

    def blind_index_many(self, kind: str, values: Iterable[str | None]) -> list[bytes | None]:
        """Return matching keys in order. Equal kind and value give equal keys within this domain only."""
        key = self._live()
        mac = self._macs.get(kind)
        if mac is None:
            if not kind or "\x1f" in kind:
                raise SealMisuse("the kind of a blind index is empty or holds a separator")
            mac = self._suite.mac(key.index_key())
            mac.update(f"{kind}\x1f".encode())
            self._macs[kind] = mac
        return _indexed(mac, kind, values)

    def _live(self) -> DomainKeyPort:
        """Return the domain key after making sure that it still lives; forget everything when it does not."""
        try:
            key = self._store.get(self.domain)
        except KeyMissing:
            self._forget()
            raise
        if key is not self._domain_key:
            self._forget()
            self._suite = SUITES[key.info.suite]
            self._header = bytes((VERSION, self._suite.code))
            self._domain_key = key
        return key

    def _forget(self) -> None:
        self._domain_key = None
        self._prepared.clear()
        self._macs.clear()

    def _key_place(self, key_id: UUID) -> bytes:
        return b"datakey\x1f" + self.domain.encode() + b"\x1f" + key_id.bytes

    def _wrapped(self, key: DomainKeyPort, key_id: UUID, plain: bytes) -> DataKey:
        return DataKey(self.domain, key_id, plain, key.wrap(plain, self._key_place(key_id)))

    def _aead(self, data_key: DataKey) -> Aead:
        if data_key.domain != self.domain:
            raise SealMisuse(f"a data key of {data_key.domain} was used in {self.domain}")
        prepared = self._prepared.get(data_key.plain)
        if prepared is None:
            # Emptied whole when full: preparing a key anew costs a microsecond, order of use costs every hit.
            if len(self._prepared) >= PREPARED_LIMIT:
                self._prepared.clear()
            prepared = self._prepared[data_key.plain] = self._suite.aead(data_key.plain)
        return prepared

    def _seal(self, data_key: DataKey, table: str, column: str, row_id: object, text: str) -> bytes:
        plain = _encoded(text, table, column)
        if len(plain) > MOST_PLAINTEXT:
            raise SealMisuse(f"{table}.{column} of {row_id} is longer than {MOST_PLAINTEXT} bytes")
        nonce = urandom(NONCE_SIZE)
        place = place_prefix(table, column) + str(row_id).encode()
        return self._header + data_key.id_bytes + nonce + self._aead(data_key).encrypt(nonce, plain, place)

    def _open(self, data_key: DataKey, blob: bytes, table: str, column: str, row_id: object) -> str:
        if len(blob) < LEAST_SIZE or blob[:2] != self._header or blob[2:KEY_ID_END] != data_key.id_bytes:
            raise SealBroken(f"{table}.{column} of {row_id} is not sealed by this key")
        place = place_prefix(table, column) + str(row_id).encode()
        try:
            return self._aead(data_key).decrypt(blob[KEY_ID_END:NONCE_END], blob[NONCE_END:], place).decode()
        except InvalidTag:
            raise SealBroken(f"{table}.{column} of {row_id} was changed or moved") from None


def _encoded(text: str, *place: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Its own error would carry the text along.
        raise SealMisuse(f"{'.'.join(place)} holds half a character") from None


def _indexed(mac: HMAC, kind: str, values: Iterable[str | None]) -> list[bytes | None]:
    copy = mac.copy
    indexed: list[bytes | None] = []
    try:
        for value in values:
            if value:
                hasher = copy()
                hasher.update(value.encode())
                indexed.append(hasher.finalize()[:INDEX_SIZE])
            else:
                indexed.append(None)
    except UnicodeEncodeError:
        # Its own error would carry the text along.
        raise SealMisuse(f"{kind} holds half a character") from None
    return indexed
