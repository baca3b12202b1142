"""Owns that no process outlives the one that began it, however that one ends. Knows Linux only."""

import ctypes
import signal

PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """
    Ask the kernel, in a process just forked, to send it this signal when its parent ends. Only Linux can.

    A parent that has ended before sends nothing: whoever minds compares `os.getppid()` afterwards.
    """
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, number)
