"""What a form or an address sent, read or refused: nothing a stranger types makes more than a refusal."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from gridward.dispatch.web.parse import after_of, outcomes_of, text_of
from gridward.kernel.outcomes import Refused
from gridward.kernel.web.tokens import id_of

TEXT = st.text(max_size=60)


@given(TEXT)
def test_an_id_is_an_id_or_does_not_exist(text: str) -> None:
    try:
        found = id_of(text)
    except Refused as refused:
        assert refused.refusal.code == "not_found"
    else:
        assert isinstance(found, UUID)


@given(TEXT | st.builds(lambda at, rest: f"{at}~{rest}", TEXT, st.uuids().map(str)))
def test_a_page_token_is_a_place_the_start_or_does_not_exist(token: str) -> None:
    try:
        place = after_of(token)
    except Refused as refused:
        assert refused.refusal.code == "not_found"
    else:
        assert place is None or (isinstance(place[0], datetime) and isinstance(place[1], UUID))


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_a_page_token_leads_back_to_where_it_was_made(at: datetime, row_id: UUID) -> None:
    assert after_of(f"{at.isoformat()}~{row_id}") == (at, row_id)


def test_a_moment_without_a_zone_is_no_place_in_a_list() -> None:
    with pytest.raises(Refused):
        after_of(f"2020-02-14T10:00~{uuid4()}")


@given(st.dictionaries(st.sampled_from(["outcome-", "outcome", "result", "person"]), TEXT), st.uuids(), TEXT)
def test_only_fields_named_after_a_person_are_outcomes(
    others: dict[str, str], person: UUID, outcome: str
) -> None:
    others.pop("outcome-", None)
    posted = QueryDict(mutable=True)
    posted.update(others)
    posted[f"outcome-{person}"] = outcome

    assert outcomes_of(posted) == {person: outcome[:40]}


def test_an_outcome_for_nobody_is_refused() -> None:
    with pytest.raises(Refused):
        outcomes_of(QueryDict("outcome-everybody=moved"))


@given(TEXT)
def test_a_text_is_trimmed_and_bounded(text: str) -> None:
    request = RequestFactory().post("/", {"reason": text * 20})

    read = text_of(request, "reason")

    assert len(read) <= 200
    assert read == read.strip()
    assert text_of(request, "nothing") == ""
