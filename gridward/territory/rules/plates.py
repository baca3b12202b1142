"""
Owns what stands on a door plate: a code that says nothing, and the mark by which a phone knows it again. Pure.

Whoever reads a plate learns a random number. Which door it is on is known to the house, and to the phone of a worker
who has that door in hand today.
"""

import hashlib

#: Digits and letters that nobody takes for one another (Crockford's base 32).
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Sixty random bits.
LENGTH = 12
_GROUP = 4
_MARK = 16


def written(code: str) -> str:
    """Return a code as a plate shows it, in groups that can be read aloud."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def mark_of(code: str) -> str:
    """Return what a phone holds of a door's plate: it knows the code again, and cannot make it."""
    return hashlib.sha256(code.encode()).hexdigest()[:_MARK]
