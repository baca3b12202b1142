"""
Owns secrecy: key domains, data keys, sealed columns, blind indexes, and the list of what is personal.

Refuses to keep a domain key in the database, to open what was moved or changed, to bring back a dead key.
"""

from gridward.kernel.sealing.columns import PERSONAL_COLUMNS, PersonalColumn, personal
from gridward.kernel.sealing.errors import (
    KeyDestroyed,
    KeyExists,
    KeyMissing,
    KeyStoreBroken,
    SealBroken,
    SealError,
    SealMisuse,
)
from gridward.kernel.sealing.files import SealedFile, seal_file
from gridward.kernel.sealing.keystore import KeyStore
from gridward.kernel.sealing.plugged import (
    blind_index,
    blind_index_many,
    key_store,
    plug_key_store,
    sealer_for,
)
from gridward.kernel.sealing.port import DomainKeyPort, KeyInfo, KeyStorePort
from gridward.kernel.sealing.seal_format import blob_key_id
from gridward.kernel.sealing.sealer import DataKey, Sealer

__all__ = [
    "PERSONAL_COLUMNS",
    "DataKey",
    "DomainKeyPort",
    "KeyDestroyed",
    "KeyExists",
    "KeyInfo",
    "KeyMissing",
    "KeyStore",
    "KeyStoreBroken",
    "KeyStorePort",
    "PersonalColumn",
    "SealBroken",
    "SealError",
    "SealMisuse",
    "SealedFile",
    "Sealer",
    "blind_index",
    "blind_index_many",
    "blob_key_id",
    "key_store",
    "personal",
    "plug_key_store",
    "seal_file",
    "sealer_for",
]
