"""
A session the database does not take, because its disk is full or it is gone, is an error of ours and no bad request.

Django answers 400 for both; whoever reads that believes that nothing was done, while the request may be committed.
"""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, OperationalError
from django.test import Client

from tests import people

pytestmark = pytest.mark.django_db


def signing_in(client: Client, handle: str) -> int:
    answer = client.post("/login", {"handle": handle, "password": people.PASSWORD})
    return answer.status_code


@pytest.fixture
def handle() -> str:
    return people.actor_of("auditor").handle


def failing(monkeypatch: pytest.MonkeyPatch, error: DatabaseError) -> None:
    """Let the database refuse the last save of the session, the one after the view."""
    save = SessionStore.save
    model = SessionStore.get_model_class()

    def refused(self: SessionStore, must_create: bool = False) -> None:
        if must_create:
            save(self, must_create)
            return

        def breaks(*_args: object, **_kwargs: object) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(model, "save", breaks)
            save(self, must_create)

    monkeypatch.setattr(SessionStore, "save", refused)


def test_a_full_disk_is_our_error_and_the_page_says_to_look_first(
    handle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, OperationalError("could not extend file: No space left on device"))
    client = Client(headers={"accept-language": "en"})

    answer = client.post("/login", {"handle": handle, "password": people.PASSWORD})

    assert answer.status_code == 503
    page = answer.content.decode()
    assert "Look whether it was saved before you send it again" in page
    assert "space" not in page


def test_a_session_that_was_ended_meanwhile_stays_a_bad_request(
    handle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, DatabaseError("Forced update did not affect any rows."))

    assert signing_in(Client(), handle) == 400


def test_a_session_that_is_taken_opens_the_house(handle: str) -> None:
    assert signing_in(Client(), handle) == 302
