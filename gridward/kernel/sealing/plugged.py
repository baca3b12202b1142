"""
Owns which key store this process uses, and one sealer per domain on it. Refuses sealers of another store.
"""

from collections.abc import Iterable

from django.conf import settings

from gridward.kernel.sealing.keystore import KeyStore
from gridward.kernel.sealing.port import KeyStorePort
from gridward.kernel.sealing.sealer import Sealer


class _Plugged:
    store: KeyStorePort | None = None
    sealers: dict[str, Sealer] = {}


def plug_key_store(store: KeyStorePort | None) -> None:
    """Use this store from now on; None goes back to the directory `keystore` of the data directory."""
    _Plugged.store = store
    _Plugged.sealers = {}


def key_store() -> KeyStorePort:
    """Return the key store of this process."""
    if _Plugged.store is None:
        _Plugged.store = KeyStore(settings.DATA / "keystore")
    return _Plugged.store


def sealer_for(domain: str) -> Sealer:
    """Return the sealer of a domain. Raises KeyMissing or KeyDestroyed."""
    sealer = _Plugged.sealers.get(domain)
    if sealer is None:
        sealer = _Plugged.sealers[domain] = Sealer(domain, key_store())
    return sealer


def blind_index(domain: str, kind: str, value: str | None) -> bytes | None:
    """Return the 16-byte matching key of an already normalised value in a domain; no value, no index."""
    return sealer_for(domain).blind_index(kind, value)


def blind_index_many(domain: str, kind: str, values: Iterable[str | None]) -> list[bytes | None]:
    """Return matching keys in order, in a domain."""
    return sealer_for(domain).blind_index_many(kind, values)
