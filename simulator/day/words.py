"""
Every word that stands in a file of a day, column by column, with how often it is drawn.

Owns the list; documents and tests are made from it. Refuses to draw.
"""

from collections.abc import Mapping, Sequence

from simulator.day.answers import DOORS, OUTCOMES, PHONES
from simulator.day.calls import CALLERS, TOPIC_SHARES, TOPICS
from simulator.day.duty import DUTY_KINDS
from simulator.day.gates import DIRECTIONS, KINDS, PURPOSE_SHARES, PURPOSES, RESULT_SHARES, RESULTS
from simulator.day.help import DELIVERIES, DELIVERY_SHARES, DISPUTE_SHARES, DISPUTES
from simulator.day.help import OUTCOME_SHARES as SETTLED_SHARES
from simulator.day.help import OUTCOMES as SETTLED
from simulator.day.rounds import FINDING_SHARES, FINDINGS, SCAN_SHARES, SCANS


def _shared(words: Sequence[str], shares: Sequence[int]) -> Mapping[str, float | None]:
    return {word: share / sum(shares) for word, share in zip(words, shares, strict=True)}


def _plain(words: Sequence[str]) -> Mapping[str, float | None]:
    return dict.fromkeys(words)


#: File and column -> word -> its share where it is drawn by one; '' is a word too.
WORDS: Mapping[tuple[str, str], Mapping[str, float | None]] = {
    ("answers", "phone"): _shared(tuple(PHONES), tuple(PHONES.values())),
    ("answers", "door"): _shared(tuple(DOORS), tuple(DOORS.values())),
    ("answers", "outcome"): _plain(OUTCOMES),
    ("shifts", "duty_kind"): _plain(DUTY_KINDS),
    ("gates", "kind"): _plain(KINDS),
    ("gates", "direction"): _plain(DIRECTIONS),
    ("gates", "purpose"): _shared(PURPOSES, PURPOSE_SHARES),
    ("gates", "result"): _shared(RESULTS, RESULT_SHARES),
    ("calls", "caller"): _plain(CALLERS),
    ("calls", "result"): _plain(tuple(PHONES)),
    ("calls", "topic"): _shared(TOPICS, TOPIC_SHARES),
    ("services", "kind"): _shared(DELIVERIES, DELIVERY_SHARES),
    ("services", "contactless"): _plain(("yes", "no")),
    ("disputes", "kind"): _shared(DISPUTES, DISPUTE_SHARES),
    ("disputes", "outcome"): _shared(SETTLED, SETTLED_SHARES),
    ("fixes", "scan"): _shared(SCANS, SCAN_SHARES),
    ("fixes", "finding"): _shared(FINDINGS[1:], FINDING_SHARES[1:]),
}
#: Columns that are empty where there is nothing to say.
MAY_BE_EMPTY = (
    ("gates", "purpose"), ("gates", "result"), ("calls", "topic"), ("disputes", "outcome"), ("fixes", "finding"),
)  # fmt: skip
