"""
Owns the default key store: a directory outside the database, a file per key domain, a tombstone per dead one.

The directory is kept out of every backup (it carries a CACHEDIR.TAG): a key that a backup can bring back was
never destroyed. Refuses to make a key anew after its destruction, and to open when others may read it.
"""

import os
import time
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from gridward.kernel import clock
from gridward.kernel.sealing import durable, keyfile
from gridward.kernel.sealing.errors import KeyDestroyed, KeyExists, KeyMissing, SealMisuse
from gridward.kernel.sealing.keyfile import KeyFile
from gridward.kernel.sealing.port import KeyInfo
from gridward.kernel.sealing.suites import SUITES

_CACHE_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# Keys. Keep them out of every backup.\n"


class _Cached(NamedTuple):
    key: KeyFile
    mark: tuple[int, int]
    good_until: float


class KeyStore:
    """
    A directory of domain keys.

    A key once read stays in memory, so that a field costs microseconds. Another process may destroy it; hence
    file and tombstone are looked at again at most `CHECK_SECONDS` after the last look, and on every miss.
    Destruction thus reaches every process within a second; in this process it is immediate. Python cannot
    wipe the memory of a dropped key: after a purge, restart the processes to be sure of that too.
    """

    CHECK_SECONDS = 1.0

    def __init__(self, directory: Path) -> None:
        """Open the directory, making it if need be, and finish a destruction that a crash interrupted."""
        self._directory = directory
        self._cache: dict[str, _Cached] = {}
        durable.private_directory(directory)
        tag = directory / "CACHEDIR.TAG"
        with durable.locked(directory):
            if not tag.exists():
                durable.write_private(tag, _CACHE_TAG)
            for tombstone in directory.glob(f"*{keyfile.DEAD}"):
                durable.shred(tombstone.with_suffix(keyfile.LIVE))

    @property
    def directory(self) -> Path:
        """Return where the keys lie."""
        return self._directory

    def create(self, domain: str, suite: str, *, now: datetime | None = None) -> KeyInfo:
        """Make a domain's key. Raises KeyExists, or KeyDestroyed for ever once it was destroyed."""
        live, dead = self._paths(domain)
        if suite not in SUITES:
            raise SealMisuse(f"unknown suite {suite!r}")
        with durable.locked(self._directory):
            if dead.exists():
                raise KeyDestroyed(f"the key of {domain} was destroyed and is never made again")
            if live.exists():
                raise KeyExists(f"{domain} has a key already")
            return keyfile.make(live, domain, suite, now or clock.now())

    def get(self, domain: str) -> KeyFile:
        """Return the live key. Raises KeyMissing or KeyDestroyed."""
        cached = self._cache.get(domain)
        if cached is not None and time.monotonic() < cached.good_until:
            return cached.key
        return self._look_again(domain, cached)

    def exists(self, domain: str) -> bool:
        """Tell whether the domain has a live key."""
        live, dead = self._paths(domain)
        return live.exists() and not dead.exists()

    def destroy(self, domain: str, *, now: datetime | None = None) -> KeyInfo:
        """
        Destroy the key so that nothing brings it back, and return the words of its tombstone.

        The tombstone is written first: from that moment nobody is given the key, whatever crashes afterwards.
        """
        live, dead = self._paths(domain)
        self._cache.pop(domain, None)
        with durable.locked(self._directory):
            if dead.exists():
                info = keyfile.load_tombstone(dead)
            elif live.exists():
                info = keyfile.bury(dead, keyfile.load(live, domain).info, now or clock.now())
            else:
                raise KeyMissing(f"{domain} never had a key here")
            durable.shred(live)
        self._cache.pop(domain, None)
        return info

    def list(self) -> list[KeyInfo]:
        """Return every domain this store knows, live or destroyed, by name."""
        dead = {path.stem: keyfile.load_tombstone(path) for path in self._directory.glob(f"*{keyfile.DEAD}")}
        live = {
            path.stem: keyfile.load(path, path.stem.replace("@", ":")).info
            for path in self._directory.glob(f"*{keyfile.LIVE}")
            if path.stem not in dead
        }
        return [info for _, info in sorted((live | dead).items())]

    def _paths(self, domain: str) -> tuple[Path, Path]:
        stem = keyfile.file_stem(domain)
        return self._directory / (stem + keyfile.LIVE), self._directory / (stem + keyfile.DEAD)

    def _look_again(self, domain: str, cached: _Cached | None) -> KeyFile:
        live, dead = self._paths(domain)
        if dead.exists():
            self._cache.pop(domain, None)
            raise KeyDestroyed(f"the key of {domain} was destroyed")
        try:
            found = os.lstat(live)
            mark = (found.st_mtime_ns, found.st_ino)
            key = cached.key if cached and cached.mark == mark else keyfile.load(live, domain)
        except FileNotFoundError:
            self._cache.pop(domain, None)
            raise KeyMissing(f"there is no key of {domain} here") from None
        self._cache[domain] = _Cached(key, mark, time.monotonic() + self.CHECK_SECONDS)
        return key
