"""
Owns the bytes of a sealed value: version, suite, data key id, nonce, ciphertext and tag.

    0       1       2                 18          30
    | ver=1 | suite | data key id 16  | nonce 12  | ciphertext … tag 16 |

The associated data is table, column and row id, so a blob that is moved to another place does not open.
Refuses versions it does not know.
"""

from functools import lru_cache
from uuid import UUID

from gridward.kernel.sealing.errors import SealBroken, SealMisuse
from gridward.kernel.sealing.suites import NONCE_SIZE, TAG_SIZE

VERSION = 1
KEY_ID_END = 18
NONCE_END = KEY_ID_END + NONCE_SIZE
LEAST_SIZE = NONCE_END + TAG_SIZE
SEPARATOR = "\x1f"


def blob_key_id(blob: bytes | memoryview) -> UUID:
    """Return the id of the data key that sealed this blob, without opening it."""
    if len(blob) < LEAST_SIZE or blob[0] != VERSION:
        raise SealBroken("not a sealed value")
    return UUID(bytes=bytes(blob[2:KEY_ID_END]))


@lru_cache(maxsize=1024)
def place_prefix(table: str, column: str) -> bytes:
    """Return the first two parts of the associated data; the row id follows it."""
    if SEPARATOR in table or SEPARATOR in column or not (table and column):
        raise SealMisuse("a table or column name is empty or holds a separator")
    return f"{table}{SEPARATOR}{column}{SEPARATOR}".encode()
