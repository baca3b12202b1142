"""
Calls of the day: robots that dial a list, and residents who ring the hotline.

Owns the hours, 9:00 to 20:00, and how often a number is rung: twice at most, and once if somebody answered. Refuses
what is said, and sound.
"""

from dataclasses import dataclass

import numpy as np

from simulator.city.draw import Ints, by_weight, stream
from simulator.city.make import City
from simulator.city.text import HOUSEHOLD, RESIDENT, Sheet, pick
from simulator.day.answers import PHONES, Answers
from simulator.day.columns import AREA
from simulator.day.hours import CALLS_FROM, CALLS_UNTIL, MINUTE, moments

ROBOT, HOTLINE = range(2)
CALLERS = ("robot", "hotline")
#: The list of Lishui, 79,556 numbers, for a city of a million and a half households; what residents ring.
DIALLED_A_HOUSEHOLD, RINGS_A_HOUSEHOLD = 79_556 / 1_500_000, 9_000 / 1_500_000
#: The last call begins so long before the end, and a number is rung again so much later at the earliest.
LAST, AGAIN_AFTER = CALLS_UNTIL - 5 * MINUTE, 40 * MINUTE
#: What may be otherwise an hour later, how often it is tried again, and how often somebody answers then.
PASSING = ("no_answer", "busy", "network_busy", "powered_off")
TRIED_AGAIN, ANSWERED_THEN = 0.8, 0.45
WORDS = tuple(PHONES)
HOTLINE_RESULTS = {"answered": 90, "hung_up": 8, "busy": 2}
HOTLINE_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 0, 14, 14, 11, 7, 7, 10, 11, 9, 7, 6, 4, 0, 0, 0, 0)
TOPICS, TOPIC_SHARES = ("food", "medicine", "question", "gate", "dispute", "other"), (30, 18, 27, 10, 6, 9)
#: How long somebody talks in seconds: median, spread, least, most.
TALKS = {"robot": (42.0, 0.45, 12, 240), "hotline": (150.0, 0.7, 20, 1_800), "hung_up": (6.0, 0.5, 1, 20)}


@dataclass(frozen=True)
class Calls:
    """In the order of the day; `result` is a place in the words of a telephone, `topic` -1 for robots."""

    second: Ints
    caller: Ints
    person: Ints
    attempt: Ints
    result: Ints
    talk: Ints
    topic: Ints


def make_calls(city: City, answers: Answers, seed: int) -> Calls:
    """Return both kinds of calls; what a robot meets first is what the telephone's answer is."""
    parts = [
        _dialled(city, answers, stream(seed, "day robots")),
        _rung(city, stream(seed, "day hotline")),
    ]
    columns = [np.concatenate(part) for part in zip(*parts, strict=True)]
    order = np.lexsort((columns[2], columns[1], columns[0]))
    return Calls(*(column[order] for column in columns))


def _dialled(city: City, answers: Answers, rng: np.random.Generator) -> list[Ints]:
    person = _listed(city, rng)
    first = np.sort(rng.integers(CALLS_FROM, LAST, len(person)))
    result = answers.phone[person]
    passing = np.isin(result, [WORDS.index(word) for word in PASSING])
    again = np.flatnonzero(passing & (first + AGAIN_AFTER < LAST) & (rng.random(len(person)) < TRIED_AGAIN))
    second = rng.integers(first[again] + AGAIN_AFTER, LAST)
    then = np.where(rng.random(len(again)) < ANSWERED_THEN, WORDS.index("answered"), result[again])
    who, results = np.r_[person, person[again]], np.r_[result, then]
    attempt = np.r_[np.ones(len(person), dtype=np.int64), np.full(len(again), 2)]
    return [
        np.r_[first, second], np.full(len(who), ROBOT), who, attempt, results, _talks("robot", results, rng),
        np.full(len(who), -1),
    ]  # fmt: skip


def _listed(city: City, rng: np.random.Generator) -> Ints:
    """Choose households' first members, each with a number of their own, in the order of the list."""
    wanted = max(1, round(len(city.households.size) * DIALLED_A_HOUSEHOLD))
    heads = rng.permutation(np.cumsum(city.households.size) - city.households.size)
    _numbers, first = np.unique(city.people.phone[heads], return_index=True)
    return heads[np.sort(first)[:wanted]]


def _rung(city: City, rng: np.random.Generator) -> list[Ints]:
    count = max(1, round(len(city.households.size) * RINGS_A_HOUSEHOLD))
    # Some ring again and again: the tenth of a city that rings at all does not ring once each.
    callers = rng.permutation(len(city.people))[:count]
    person = callers[(count * rng.random(count) ** 2).astype(np.int64)]
    words = np.array([WORDS.index(word) for word in HOTLINE_RESULTS])
    result = words[by_weight(np.array([*HOTLINE_RESULTS.values()]), count, rng)]
    return [
        moments(HOTLINE_HOURS, count, rng), np.full(count, HOTLINE), person, np.ones(count, dtype=np.int64), result,
        _talks("hotline", result, rng), by_weight(np.array(TOPIC_SHARES), count, rng),
    ]  # fmt: skip


def _talks(caller: str, result: Ints, rng: np.random.Generator) -> Ints:
    talk = np.zeros(len(result), dtype=np.int64)
    for word, (median, spread, least, most) in (("answered", TALKS[caller]), ("hung_up", TALKS["hung_up"])):
        drawn = np.clip(rng.lognormal(np.log(median), spread, len(result)), least, most).astype(np.int64)
        talk = np.where(result == WORDS.index(word), drawn, talk)
    return talk


def calls_sheet(city: City, calls: Calls) -> Sheet:
    """Return the calls in the order of the day."""
    home = city.people.household[calls.person]
    numbers = {
        "second": calls.second, "caller": calls.caller, "person": calls.person, "household": home,
        "grid_code": city.ground.codes[city.households.grid[home]], "attempt": calls.attempt,
        "result": calls.result, "talk": calls.talk, "topic": calls.topic,
    }  # fmt: skip
    columns = {
        "second": "second", "caller": pick(CALLERS, "caller"), "resident_ref": RESIDENT.format("person + 1"),
        "household_ref": HOUSEHOLD.format("household + 1"), "area_code": AREA, "attempt": "attempt",
        "result": pick(WORDS, "result"), "talk_seconds": "talk", "topic": pick(("", *TOPICS), "topic + 1"),
    }  # fmt: skip
    return Sheet("calls", numbers, columns)
