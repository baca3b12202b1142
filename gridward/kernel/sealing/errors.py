"""
Owns the family of errors of sealing. Refuses to carry content: messages name domains, columns and ids only.

SealError
  SealBroken        a blob was changed, cut, or moved to another row, column or key
  SealMisuse        the caller asked for something sealing never does (too long, wrong domain, wrong suite)
  KeyMissing        there is no key for this domain here
    KeyDestroyed    there was one, and it was destroyed on purpose; it never comes back
  KeyExists         the domain has a key already
  KeyStoreBroken    the store itself cannot be trusted: damaged file, open directory, unknown version
"""


class SealError(Exception):
    """Anything that keeps a column from being sealed or opened."""


class SealBroken(SealError):
    """A blob was changed, cut short, or moved to another row, column or key."""


class SealMisuse(SealError, ValueError):
    """The caller asked for something sealing never does."""


class KeyMissing(SealError):
    """There is no key for this domain in this key store, or no data key for this blob."""


class KeyDestroyed(KeyMissing):
    """The domain's key was destroyed on purpose. What it sealed is gone for good."""


class KeyExists(SealError):
    """The domain has a key already; a second one would orphan what the first has sealed."""


class KeyStoreBroken(SealError):
    """The key store cannot be trusted: a damaged file, a directory open to others, an unknown version."""
