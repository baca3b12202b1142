"""The queue by the front door: who may work in it, page by page, back and again, in both languages, always masked."""

import re
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from gridward.governance import api as governance
from gridward.intake.models import Clue
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from tests import people
from tests.intake.test_decisions import undone

pytestmark = pytest.mark.django_db

STUDENT, NEIGHBOUR = people.returning_student, people.neighbour_across
REJECT = {"decision": "reject", "reason": "not a resident"}


@pytest.fixture
def officer(street: governance.OrderView, city: people.City) -> Actor:
    return people.actor_of("street_officer", city.xinjiekou)


@pytest.fixture
def client(officer: Actor) -> Client:
    return people.client_of(officer)


def unplaced(number: int, *, street: str = "玄武区新街口街道") -> tuple[str, str, str, str]:
    return f"赵{chr(0x4E00 + number)}", "", f"154{number:08d}", f"南京市{street}"


def waiting(folder: Path, *rows: tuple[str, str, str, str]) -> list[Clue]:
    report = people.send_list(folder, "health-list", rows)
    assert report.waiting == len(rows), report
    with people.as_owner():
        return list(Clue.objects.filter(batch_id=report.batch_id).order_by("id"))


def again(clue: Clue) -> Clue:
    with people.as_owner():
        return Clue.objects.get(id=clue.id)


def cases_on(page: str) -> list[str]:
    body = page.split("<tbody", 1)[1].split("</tbody>")[0] if "<tbody" in page else ""
    hrefs = [part.split('"')[0] for part in body.split('href="/review/')[1:]]
    return list(dict.fromkeys(hrefs))


def test_the_queue_pages_by_key_oldest_first_and_each_page_is_one_entry(
    client: Client, tmp_path: Path
) -> None:
    clues = [str(clue.id) for clue in waiting(tmp_path, *[unplaced(number) for number in range(53)])]

    first = client.get("/review").content.decode()
    second = client.get(f"/review?after={clues[49]}").content.decode()
    past = client.get(f"/review?after={clues[-1]}").content.decode()

    assert (cases_on(first), cases_on(second), cases_on(past)) == (clues[:50], clues[50:], [])
    assert f"after={clues[49]}" in first and "More rows" in first and "More rows" not in second
    with people.as_owner():
        counted = (
            LedgerEntry.objects.filter(action="review.page").order_by("id").values_list("detail", flat=True)
        )
        assert [("50" in counted[0]), ("3" in counted[1])] == [True, True] and len(counted) == 2
    for number in range(53):
        assert unplaced(number)[0] not in first and unplaced(number)[2] not in first


def test_a_place_in_the_queue_that_is_none_does_not_exist(client: Client) -> None:
    for after in ("x", "1", "00000000", "../lists"):
        assert client.get("/review", {"after": after}).status_code == 404, after


#: Who opens the queue, a row of it, and decides on it.
ROLES = {
    "intake_officer": ("3201", (200, 200, 302)),
    "street_officer": ("320102003", (200, 200, 302)),
    "community_officer": ("320102003015", (403, 403, 403)),
    "district_officer": ("320102", (403, 403, 403)),
    "city_officer": ("3201", (403, 403, 403)),
    "grid_worker": ("320102003015001", (403, 403, 403)),
    "agency_liaison": ("", (403, 403, 403)),
    "auditor": ("", (403, 403, 403)),
    "nobody": ("", (401, 401, 401)),
}


def test_only_those_whose_work_it_is_see_and_decide(street: governance.OrderView, tmp_path: Path) -> None:
    (clue,) = waiting(tmp_path, unplaced(1))
    for role, (area, statuses) in ROLES.items():
        with undone():
            agency = "health" if role == "agency_liaison" else ""
            one = (
                Client() if role == "nobody" else people.client_of(people.actor_of(role, area, agency=agency))
            )

            answers = [one.get("/review"), one.get(f"/review/{clue.id}")]
            answers.append(one.post(f"/review/{clue.id}/decide", REJECT))

            assert tuple(answer.status_code for answer in answers) == statuses, role
            assert again(clue).state == ("closed" if statuses[2] == 302 else "waiting"), role
            if statuses[0] != 200:
                assert not [answer for answer in answers if "赵" in answer.content.decode()], role


def test_a_row_above_ones_street_or_beside_it_is_not_in_ones_queue(
    client: Client, city: people.City, tmp_path: Path
) -> None:
    district, other, mine = waiting(
        tmp_path, unplaced(1, street="玄武区"), unplaced(2, street="秦淮区"), unplaced(3)
    )
    whole_city = people.client_of(people.actor_of("intake_officer", city.city))

    assert cases_on(client.get("/review").content.decode()) == [str(mine.id)]
    assert cases_on(whole_city.get("/review").content.decode()) == [
        str(one.id) for one in (district, other, mine)
    ]
    for clue in (district, other):
        assert client.get(f"/review/{clue.id}").status_code == 404
        assert client.post(f"/review/{clue.id}/decide", REJECT).status_code == 404


def test_back_and_again_decides_nothing_twice(client: Client, tmp_path: Path) -> None:
    first, second = waiting(tmp_path, unplaced(1), unplaced(2))
    decided = client.post(f"/review/{first.id}/decide", REJECT)

    back = client.get(f"/review/{first.id}")
    again_posted = client.post(
        f"/review/{first.id}/decide", {"decision": "new_person", "place": "320102003015001"}
    )

    assert decided.headers["Location"] == f"/review/{second.id}"
    assert (back.status_code, again_posted.status_code) == (409, 409)
    assert "clue_decided" in again_posted.content.decode()
    kept = again(first)
    assert (kept.state, kept.outcome, kept.person_id) == ("closed", "out_of_scope", None)
    with people.as_owner():
        assert LedgerEntry.objects.filter(action="review.decide").count() == 1
        assert LedgerEntry.objects.filter(action="endpoint.refuse", result="clue_decided").count() == 2


def test_two_reviewers_have_one_row_open_and_the_second_is_told(
    client: Client, city: people.City, tmp_path: Path
) -> None:
    (clue,) = waiting(tmp_path, unplaced(1))
    colleague = people.client_of(people.actor_of("intake_officer", city.city))

    assert [one.get(f"/review/{clue.id}").status_code for one in (client, colleague)] == [200, 200]
    first = client.post(f"/review/{clue.id}/decide", REJECT)
    second = colleague.post(f"/review/{clue.id}/decide", REJECT | {"reason": "quite another reason"})

    assert (first.status_code, second.status_code) == (302, 409)
    assert again(clue).outcome_reason == "not a resident"


def test_a_mistake_on_the_form_keeps_what_was_written_and_stays_masked(
    client: Client, tmp_path: Path
) -> None:
    (clue,) = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))

    page = client.post(
        f"/review/{clue.id}/decide", {"decision": "new_person", "place": "<b>珠江路</b> 9999"}
    ).content.decode()

    assert 'value="&lt;b&gt;珠江路&lt;/b&gt; 9999"' in page and "<b>珠江路" not in page
    for value in ("赵不识", "15499999999", STUDENT.name, STUDENT.phone):
        assert value not in page


def test_what_a_sender_wrote_is_shown_as_text(client: Client, tmp_path: Path) -> None:
    (clue,) = waiting(
        tmp_path, ("赵不识", "", "15499999999", "南京市玄武区新街口街道<script>alert(1)</script>")
    )

    page = client.get(f"/review/{clue.id}").content.decode()

    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_of_many_people_behind_one_door_some_are_shown_and_the_others_counted(
    client: Client, street: governance.OrderView, tmp_path: Path
) -> None:
    path = tmp_path / "dormitory.csv"
    lines = ["resident_ref,name,id_kind,id_number,phone,address,area_code,household_ref"]
    lines += [
        f"D{n},孙{chr(0x4E00 + n)},01,,154777777{n:02d},{NEIGHBOUR.address},320102003015001,H2"
        for n in range(14)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    report = registry.register_import(
        path=path, filename=path.name, order_id=street.id, by=SYSTEM, now=clock.now()
    )
    assert not isinstance(report, Refusal) and not report.problems, report
    (clue,) = waiting(tmp_path, ("赵不识", "", "15499999999", NEIGHBOUR.address))
    hidden = len(set(clue.candidates)) - 12

    page = client.get(f"/review/{clue.id}").content.decode()

    assert hidden > 1
    assert page.count('name="resident"') == 12
    assert f"{hidden} more people fit and are not shown." in page and "outside your area" not in page


def test_the_queue_speaks_chinese(officer: Actor, tmp_path: Path) -> None:
    (clue,) = waiting(tmp_path, ("赵不识", "", "15499999999", STUDENT.address))
    client = people.client_of(officer)
    chinese = {"accept-language": "zh-hans"}

    queue = client.get("/review", headers=chinese).content.decode()
    case = client.get(f"/review/{clue.id}", headers=chinese).content.decode()
    wrong = client.post(f"/review/{clue.id}/decide", {"decision": "reject"}, headers=chinese)

    assert 'lang="zh-hans"' in queue.lower() and "Rows that only a person can decide" not in queue
    for english in ("It is this person", ">agrees", "differs", "Give it back", ">Why<"):
        assert english not in case
    assert wrong.status_code == 422 and "A reason is needed" not in wrong.content.decode()


def test_a_row_that_waits_is_nobody_yet(street: governance.OrderView, tmp_path: Path) -> None:
    people.send_list(tmp_path, "health-list", [people.row_about(people.returning_student)])

    with (
        people.as_owner(),
        pytest.raises(IntegrityError, match="who_waits_is_nobody_yet"),
        transaction.atomic(),
    ):
        Clue.objects.update(state="waiting")


def test_a_clue_is_written_in_its_place_when_it_goes_into_a_task(db: None) -> None:
    # An index that knows `state` would cost each of a million clues all its indexes once more.
    with connection.cursor() as cursor:
        cursor.execute("select indexdef from pg_indexes where tablename = 'intake_clue'")
        indexes = [definition for (definition,) in cursor.fetchall()]
        cursor.execute("select reloptions from pg_class where relname = 'intake_clue'")
        ((options,),) = cursor.fetchall()

    assert indexes
    changes = r"\b(state|task_id|outcome|outcome_at|outcome_reason)\b"
    assert [definition for definition in indexes if re.search(changes, definition)] == []
    assert options == ["fillfactor=45"]


def test_a_decision_opens_the_next_row_and_says_how_far_the_sitting_has_come(
    client: Client, tmp_path: Path
) -> None:
    first, second, third = waiting(tmp_path, unplaced(1), unplaced(2), unplaced(3))
    code = {"decision": "reject", "reason_code": "data_wrong", "done": "0"}
    here = client.get(f"/review/{first.id}").content.decode()

    decided = client.post(f"/review/{first.id}/decide", code)
    after = client.get(decided.headers["Location"]).content.decode()
    skipped = client.get(f"/review/{third.id}?done=1").content.decode()
    last = client.post(f"/review/{third.id}/decide", code | {"done": "1"})

    assert "row 1 of 3" in here and f'href="/review/{second.id}" data-review-skip' in here
    assert decided.headers["Location"] == f"/review/{second.id}?done=1"
    assert "row 2 of 3" in after and f'href="/review/{third.id}?done=1" data-review-skip' in after
    assert "row 3 of 3" in skipped and 'href="/review" data-review-skip' in skipped
    assert last.headers["Location"] == "/review"
    assert again(first).outcome_reason == "data_wrong"


def test_a_sittings_count_that_is_none_is_nought(client: Client, tmp_path: Path) -> None:
    (clue,) = waiting(tmp_path, unplaced(1))

    for said in ("x", "-1", "1e9", "9" * 40, "٣"):
        assert "row 1 of 1" in client.get(f"/review/{clue.id}", {"done": said}).content.decode(), said


def test_it_says_how_a_value_differs_and_never_shows_it(client: Client, tmp_path: Path) -> None:
    mistyped = STUDENT.phone[:-2] + STUDENT.phone[:-3:-1]
    (clue,) = waiting(tmp_path, ("李小明", "", mistyped, STUDENT.address))

    page = client.get(f"/review/{clue.id}").content.decode()

    assert "two neighbouring digits are swapped" in page and "one character differs" in page
    for value in (mistyped, "李小明", STUDENT.phone, STUDENT.name):
        assert value not in page
