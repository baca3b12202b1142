"""What is asked once in a request: kept while a page is made, never longer, never for somebody else."""

import threading
from collections.abc import Callable

import pytest

from gridward.kernel import once


def counter() -> tuple[list[int], Callable[[], int]]:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    return asked, ask


def test_in_a_request_a_question_is_asked_once_and_outside_every_time() -> None:
    asked, ask = counter()

    with once.request():
        inside = [once.asked("tree", ask), once.asked("tree", ask)]
    outside = [once.asked("tree", ask), once.asked("tree", ask)]

    assert (inside, outside) == ([1, 1], [2, 3])
    assert len(asked) == 3


def test_the_next_request_asks_anew_and_an_answer_of_nothing_is_kept_too() -> None:
    answers = iter([None, "a tree"])

    with once.request():
        first = [once.asked("tree", lambda: next(answers)) for _ in range(2)]
    with once.request():
        second = once.asked("tree", lambda: next(answers))

    assert (first, second) == ([None, None], "a tree")


def test_two_questions_do_not_answer_each_other() -> None:
    with once.request():
        assert [
            once.asked("tree", lambda: 1),
            once.asked("orders", lambda: 2),
            once.asked("tree", lambda: 3),
        ] == [1, 2, 1]


def test_who_changes_what_was_kept_lets_it_be_asked_anew() -> None:
    _asked, ask = counter()

    with once.request():
        before = once.asked("tree", ask)
        once.forget()
        after = once.asked("tree", ask)
    once.forget()

    assert (before, after) == (1, 2)


def test_a_request_in_another_thread_has_answers_of_its_own() -> None:
    _asked, ask = counter()
    seen: list[object] = []

    with once.request():
        once.asked("tree", ask)
        thread = threading.Thread(target=lambda: seen.append(once.asked("tree", ask)))
        thread.start()
        thread.join()

    assert seen == [2]


def test_a_question_that_failed_is_asked_again() -> None:
    def fail() -> int:
        raise LookupError

    with once.request():
        with pytest.raises(LookupError):
            once.asked("tree", fail)
        assert once.asked("tree", lambda: 5) == 5
