"""
Owns files that wait on the disk sealed: a head that is read alone, and a body in parts, under a key of the domain.

The data key lies in the file, wrapped by the domain key, which lies elsewhere: with the order's key gone the file is
noise. Refuses a part that was changed, moved, left out, or taken from another file.
"""

import os
import struct
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import IO, Final
from uuid import UUID

from gridward.kernel.sealing.durable import TEMPORARY
from gridward.kernel.sealing.errors import SealBroken
from gridward.kernel.sealing.sealer import DataKey, Sealer

MAGIC: Final = b"GWF1"
PART: Final = 1024 * 1024
#: A part is this much longer at most when it is sealed; the head may be a part too.
ROOM: Final = 64
_START: Final = struct.Struct(">4s16sH")
_LENGTH: Final = struct.Struct(">I")
_WRAPPED_MOST: Final = 512


def seal_file(sealer: Sealer, target: Path, *, name: str, head: bytes, body: IO[bytes]) -> None:
    """Write a sealed file, whole under its name or not at all. The head is at most one part, the body not empty."""
    (key,) = sealer.new_data_keys(1)
    temporary = target.with_name(f"{TEMPORARY}{target.name}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_START.pack(MAGIC, key.id_bytes, len(key.wrapped)) + key.wrapped)
        for number, (content, is_last) in enumerate(_parts(head, body)):
            sealed = sealer.seal_part(key, content, place=_place(name, number, is_last))
            file.write(_LENGTH.pack(len(sealed)) + sealed)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(target)


class SealedFile:
    """One sealed file; every reading opens it anew and checks every part it gives."""

    def __init__(self, sealer: Sealer, path: Path, *, name: str) -> None:
        self._sealer = sealer
        self._path = path
        self._name = name

    def head(self) -> bytes:
        """Return the head alone. Raises SealBroken, or KeyMissing once the domain is dead."""
        with self._path.open("rb") as file:
            key = self._key(file)
            return self._opened(file, key, 0)[0]

    def unseal(self, target: Path) -> None:
        """Write the body as it was, readable by this user alone, in one step."""
        temporary = target.with_name(f"{TEMPORARY}{target.name}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            with self._path.open("rb") as file, os.fdopen(descriptor, "wb") as plain:
                key = self._key(file)
                number, is_last = 0, False
                while not is_last:
                    content, is_last = self._opened(file, key, number)
                    if number:
                        plain.write(content)
                    number += 1
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        temporary.rename(target)

    def _key(self, file: BufferedReader) -> DataKey:
        start = file.read(_START.size)
        if len(start) < _START.size:
            raise SealBroken("a sealed file ends too soon")
        magic, key_id, length = _START.unpack(start)
        if magic != MAGIC or length > _WRAPPED_MOST:
            raise SealBroken("this is no sealed file")
        return self._sealer.unwrap(UUID(bytes=key_id), file.read(length))

    def _opened(self, file: BufferedReader, key: DataKey, number: int) -> tuple[bytes, bool]:
        """Return the next part and whether it is the last: only one of both places fits."""
        raw = file.read(_LENGTH.size)
        length = _LENGTH.unpack(raw)[0] if len(raw) == _LENGTH.size else 0
        if not 0 < length <= PART + ROOM:
            raise SealBroken("a sealed file ends too soon")
        sealed = file.read(length)
        at_end = not file.peek(1)
        return self._sealer.open_part(key, sealed, place=_place(self._name, number, at_end)), at_end


def _parts(head: bytes, body: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield head and body in parts, each with whether it is the last."""
    yield head, False
    piece = body.read(PART)
    while piece:
        following = body.read(PART)
        yield piece, not following
        piece = following


def _place(name: str, number: int, is_last: bool) -> bytes:
    return b"file\x1f" + name.encode() + struct.pack(">Q?", number, is_last)
