"""Cells made to keep a reader busy: it has to be done with each of them in time that grows with the cell only."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

#: Seconds of the processor, whatever else the machine does. A reader that goes back and forth takes half a minute.
MOST_SECONDS = 5.0


@contextmanager
def in_no_time() -> Iterator[None]:
    begun = time.process_time()
    yield
    assert time.process_time() - begun < MOST_SECONDS
