"""The pages of orders by the front door: what each role is shown, may press, and is refused, in both languages."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import localtime

from gridward.governance import api as governance
from gridward.governance import reading
from gridward.governance.models import EmergencyOrder
from gridward.governance.reading import PAGE
from gridward.kernel import clock, ledger, words
from gridward.kernel.actor import SYSTEM
from gridward.kernel.ids import new_id
from gridward.workforce.api import ROLES
from tests import people
from tests.governance import orders
from tests.governance.test_walls_of_orders import HOME

pytestmark = pytest.mark.django_db

PAGED = sorted(set(ROLES) - {"system_operator"})
READERS = [role for role in PAGED if "order.read" in ROLES[role].rights]
REASON = "a reason that is long enough"


def visitor(role: str) -> Client:
    bound_to = ROLES[role].bound_to
    return people.client_of(
        people.actor_of(role, HOME[bound_to], agency="health" if bound_to == "agency" else "")
    )


def text(answer: HttpResponse) -> str:
    """Return what a reader sees: no tags, no double spaces."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))


def offers(answer: HttpResponse) -> set[str]:
    """Return the last parts of the addresses this page posts to, beside the frame's own."""
    found = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', answer.content.decode())
    return {path.rsplit("/", 1)[1] for path in found if path.startswith(("/orders/", "/extensions/"))}


def local(moment: Any) -> str:
    return f"{localtime(moment):%Y-%m-%dT%H:%M}"


def test_everybody_in_the_house_sees_every_order_with_its_state(city: people.City) -> None:
    active = orders.in_force("ACT-1")
    orders.in_force("PLAN-1", starts_at=active.ends_at, ends_at=active.ends_at + timedelta(days=1))
    orders.drafted("DRAFT-1")
    orders.age(orders.in_force("OVER-1", kind="flood").id, days=20)

    for role in READERS:
        client = visitor(role)
        listed = client.get("/orders")
        shown = text(listed)
        for number, state in (("ACT-1", "In force"), ("PLAN-1", "Signed, starts later"), ("DRAFT-1", "Draft"),
                              ("OVER-1", "Over")):  # fmt: skip
            assert re.search(rf"{number}.*?{state}", shown), (role, number)
        assert ("/orders/new" in listed.content.decode()) == (role == "city_officer"), role
        page = text(client.get(f"/orders/{active.id}"))
        assert "ACT-1 · Drill" in page and "Finding and checking people a clue is about" in page, role
    assert Client().get("/orders").status_code == 401
    assert visitor("system_administrator").get(f"/orders/{active.id}").status_code == 403
    assert set(PAGED) - set(READERS) == {"system_administrator"}


#: For an order in each state, with a proposal where it is in force: what each role finds to press. All others: nothing.
PRESSABLE = {
    "draft": {"issuing_officer": {"sign"}, "privacy_officer": {"sign"}},
    "half": {"privacy_officer": {"sign"}},
    "planned": {"issuing_officer": {"end"}},
    "active": {
        "issuing_officer": {"end", "sign"},
        "privacy_officer": {"sign"},
        "city_officer": {"extend", "carry-over"},
    },
    "over": {},
}


def test_a_page_offers_exactly_what_the_reader_may_do_now(city: people.City) -> None:
    found = {"draft": orders.drafted("D-1"), "half": orders.drafted("D-2"), "active": orders.in_force("D-3")}
    orders.sign(found["half"].id, "issuing_officer")
    end = found["active"].ends_at
    found["planned"] = orders.in_force("D-4", starts_at=end, ends_at=end + timedelta(days=2))
    found["over"] = orders.in_force("D-5", kind="flood")
    orders.age(found["over"].id, days=20)
    governance.order_extend(
        order_id=found["active"].id, extension=governance.Extension(end + timedelta(hours=1), REASON),
        by=people.actor_of("city_officer", city.city), now=clock.now(),
    )  # fmt: skip

    for role in READERS:
        client = visitor(role)
        for state, order in found.items():
            offered = offers(client.get(f"/orders/{order.id}"))
            assert offered == PRESSABLE[state].get(role, set()), (role, state)


POSTS: dict[str, tuple[str, dict[str, str], set[str]]] = {
    "draft": ("/orders/new", {}, {"city_officer"}),
    "sign": ("/orders/{order}/sign", {}, {"issuing_officer", "privacy_officer"}),
    "end": ("/orders/{order}/end", {"reason": REASON}, {"issuing_officer"}),
    "extend": ("/orders/{order}/extend", {}, {"city_officer"}),
    "carry over": ("/orders/{order}/carry-over", {}, {"city_officer"}),
    "sign the carry-over": ("/carry-overs/{order}/sign", {}, {"issuing_officer", "privacy_officer"}),
    "sign the extension": ("/extensions/{order}/sign", {}, {"issuing_officer", "privacy_officer"}),
}


@pytest.mark.parametrize("role", PAGED)
def test_whoever_may_not_is_refused_before_anything_is_looked_at(
    role: str, order: governance.OrderView
) -> None:
    client = visitor(role)
    before = list(EmergencyOrder.objects.values())
    refused = {
        name
        for name, (path, posted, _roles) in POSTS.items()
        if client.post(path.format(order=new_id()), posted).status_code == 403
    }

    assert refused == {name for name, (_path, _posted, roles) in POSTS.items() if role not in roles}
    assert list(EmergencyOrder.objects.values()) == before


def test_an_order_signed_before_its_beginning_is_not_said_to_be_in_force(city: people.City) -> None:
    begin = clock.now() + timedelta(days=1)
    order = orders.drafted("TOMORROW", starts_at=begin, ends_at=begin + timedelta(days=10))

    told = [
        text(visitor(role).post(f"/orders/{order.id}/sign", follow=True))
        for role in ("issuing_officer", "privacy_officer")
    ]

    assert "You have signed." in told[0]
    assert "The order is signed. It begins at its time." in told[1] and "in force." not in told[1]


def test_a_way_from_draft_to_end_by_the_pages_alone(city: people.City) -> None:
    clients = {role: visitor(role) for role in ("city_officer", "issuing_officer", "privacy_officer")}
    begin = clock.now() - timedelta(minutes=5)
    form = {"number": "WAY-1", "title": "Returnees", "kind": "epidemic", "authority": "City", "area_code": city.xuanwu,
            "population_scope": "returnees_and_contacts", "purposes": ["case_finding", "home_service"],
            "bodies": "health， police,", "starts_at": local(begin),
            "ends_at": local(begin + timedelta(days=10))}  # fmt: skip
    written = clients["city_officer"].post("/orders/new", form)
    path = written["Location"]
    signed = [
        text(clients[role].post(f"{path}/sign", follow=True))
        for role in ("issuing_officer", "privacy_officer")
    ]
    order = EmergencyOrder.objects.get(number="WAY-1")
    longer = {"ends_at": local(order.ends_at + timedelta(days=4)), "reason": REASON}
    proposed = text(clients["city_officer"].post(f"{path}/extend", longer, follow=True))
    (extension,) = governance.get_extensions(order.id)
    for role in ("privacy_officer", "issuing_officer"):
        extended = text(clients[role].post(f"/extensions/{extension.id}/sign", follow=True))
    ended = text(clients["issuing_officer"].post(f"{path}/end", {"reason": REASON}, follow=True))

    assert written.status_code == 302 and order.bodies == ["health", "police"]
    assert "You have signed." in signed[0] and "The order is in force." in signed[1]
    assert (
        "The extension is proposed" in proposed and "Waits for signatures" in proposed and REASON in proposed
    )
    assert "You have signed." in extended and "Waits for signatures" not in extended
    assert "The order is over." in ended and "Propose the extension" not in ended
    order.refresh_from_db()
    assert order.extension_count == 1 and order.ended_at
    assert [action for action, _role, _reason in orders.entries("order", order.id)] == [
        "order.draft", "order.sign", "order.sign", "order.extend", "extension.sign", "extension.sign", "order.end",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends_at": "2020-02-14T08:00"}, "The order ends before it starts"),
        ({"days": 31}, "An order lasts at most 30 days"),
        ({"population_scope": "all_residents"}, "needs its necessity in writing"),
        ({"population_scope": "all_residents", "necessity_note": "x" * 50, "days": 15}, "at most 14 days"),
        ({"population_scope": "people_from_elsewhere"}, "Select a valid choice"),
        ({"purposes": "labour_record"}, "Select a valid choice"),
        ({"purposes": []}, "This field is required"),
        ({"bodies": " , ，"}, "This field is required"),
        ({"area_code": "999999"}, "missing or wrong"),
        ({"number": "TAKEN"}, "Somebody changed this meanwhile"),
        ({"starts_at": "0001-01-01T00:00", "ends_at": "0001-01-10T00:00"}, "This order is over"),
        ({"starts_at": "tomorrow"}, "Enter a valid date/time"),
        ({"kind": "election"}, "Select a valid choice"),
    ],
)
def test_a_draft_comes_back_with_what_was_written_and_what_is_wrong(
    change: dict[str, Any], words: str, city: people.City
) -> None:
    orders.drafted("TAKEN")
    begin = clock.now()
    days = change.get("days", 10)
    form = {"number": "NEW-1", "title": "Kept as it was", "kind": "epidemic", "authority": "City",
            "area_code": city.city, "population_scope": "returnees_and_contacts", "purposes": ["case_finding"],
            "bodies": "health", "starts_at": local(begin), "ends_at": local(begin + timedelta(days=days))}  # fmt: skip

    answer = visitor("city_officer").post("/orders/new", form | change)

    assert answer.status_code == 422
    assert words in text(answer)
    assert 'value="Kept as it was"' in answer.content.decode()
    assert EmergencyOrder.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"days": 31}, "One extension lasts at most 30 days"),
        ({"days": -1}, "not later than the present one"),
        ({"reason": "short"}, "A reason is needed"),
        ({"reason": ""}, "This field is required"),
        ({"ends_at": "9999-12-31T23:59"}, "One extension lasts at most 30 days"),
        ({"ends_at": "some day"}, "Enter a valid date/time"),
    ],
)
def test_a_proposal_comes_back_on_the_order_s_own_page(
    change: dict[str, Any], words: str, order: governance.OrderView
) -> None:
    wanted = order.ends_at + timedelta(days=change.get("days", 7))

    answer = visitor("city_officer").post(
        f"/orders/{order.id}/extend", {"ends_at": local(wanted), "reason": REASON} | change
    )

    assert answer.status_code == 422
    assert words in text(answer) and order.number in text(answer)
    assert governance.get_extensions(order.id) == []


def test_an_order_far_ahead_has_a_page_too(city: people.City) -> None:
    begin = orders.later(days=0).replace(year=9999, month=12, day=25)
    far = orders.drafted("FAR-1", starts_at=begin, ends_at=begin + timedelta(days=5))

    assert visitor("auditor").get(f"/orders/{far.id}").status_code == 200


@pytest.mark.parametrize("reason", ["", "too short", "  nine chr "])
def test_nothing_is_ended_without_a_reason_in_plain_words(reason: str, order: governance.OrderView) -> None:
    answer = visitor("issuing_officer").post(f"/orders/{order.id}/end", {"reason": reason})

    assert answer.status_code == 422 and "at least 10 characters" in text(answer)
    assert orders.seen(order.id).state == "active"


@pytest.mark.parametrize("nothing", ["1", "x" * 300, "00000000-0000-0000-0000-000000000000", "{order}"])
def test_what_is_not_there_answers_like_what_never_was(nothing: str, order: governance.OrderView) -> None:
    issuer, officer = visitor("issuing_officer"), visitor("city_officer")
    answers = [
        issuer.get(f"/orders/{nothing}"),
        issuer.post(f"/orders/{nothing}/sign"),
        issuer.post(f"/orders/{nothing}/end", {"reason": REASON}),
        officer.post(f"/orders/{nothing}/extend", {"ends_at": local(order.ends_at), "reason": REASON}),
        issuer.post(f"/extensions/{nothing}/sign"),
    ]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("In force", "Signature of the privacy officer", "Extension")),
     ("zh-hans", ("生效中", "个人信息保护负责人", "延期", "提出延期")),
     ("zh-hant", ("生效中", "個人信息保護負責人", "提出延期"))],
)  # fmt: skip
def test_the_page_speaks_the_reader_s_language(
    language: str, words: tuple[str, ...], order: governance.OrderView
) -> None:
    client = visitor("city_officer")
    shown = text(client.get(f"/orders/{order.id}", headers={"accept-language": language}))

    assert [word for word in words if word not in shown] == []


def test_a_refused_signature_says_why_and_is_in_the_ledger(order: governance.OrderView) -> None:
    second = orders.drafted("LATE-1")
    orders.sign(second.id, "issuing_officer")
    privacy = visitor("privacy_officer")

    overlapping = privacy.post(f"/orders/{second.id}/sign")
    ledger = text(visitor("auditor").get("/ledger?action=endpoint.refuse"))

    assert overlapping.status_code == 409
    assert "Another order of this kind covers part of this area" in text(overlapping)
    assert "Another order of this kind covers part of this area" in ledger
    assert orders.seen(second.id).state == "draft"


def rows(page: HttpResponse) -> int:
    return page.content.decode().partition("<tbody")[2].count('<tr role="row">')


# --- the ledger's own page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["after=²", "after=-1", "after=x", "after=99999999999999999999", "action=%00",
                                   "action=%E2%80%AE", "action=" + "x" * 200])  # fmt: skip
def test_the_ledger_page_reads_whatever_is_asked(query: str, city: people.City) -> None:
    assert visitor("auditor").get(f"/ledger?{query}").status_code in (200, 422)


def test_the_ledger_is_paged_filtered_and_its_reading_recorded(city: people.City) -> None:
    for number in range(18):
        orders.drafted(f"P-{number}")
    auditor = visitor("auditor")
    first = auditor.get("/ledger")
    more = re.search(r"after=(\d+)", first.content.decode())
    assert more
    second = auditor.get(f"/ledger?after={more[1]}")
    drafts = auditor.get("/ledger?action=order.draft")
    of_orders = auditor.get("/ledger?action=order.")
    reads = auditor.get("/ledger?action=ledger.read")

    assert rows(first) == PAGE and 0 < rows(second) <= 50
    assert rows(drafts) == rows(of_orders) == 18
    assert rows(reads) == 4
    assert visitor("grid_worker").get("/ledger").status_code == 403


@pytest.mark.parametrize(("count", "more"), [(PAGE, False), (PAGE + 1, True)])
def test_more_rows_are_offered_only_when_there_are_more(count: int, more: bool, city: people.City) -> None:
    ledger.record_many(ledger.entry("drill.page", by=SYSTEM, now=clock.now(), number=n) for n in range(count))

    page = visitor("auditor").get("/ledger?action=drill.page")

    assert rows(page) == PAGE
    assert ("More rows" in text(page)) is more


def test_the_entries_of_a_room_are_the_newest_of_all_its_actions_page_by_page(city: people.City) -> None:
    auditor = people.actor_of("auditor")
    named = ("task.access", "task.close", "task.release", "clue.outcome")
    ledger.record_many(
        ledger.entry(named[n % 4], by=SYSTEM, now=clock.now(), number=n) for n in range(2 * PAGE)
    )  # fmt: skip

    with people.acting(auditor):
        first = reading.get_page(before=None, action="task.", by=auditor, now=clock.now())
        second = reading.get_page(before=int(first.more), action="task.", by=auditor, now=clock.now())
        nothing = reading.get_page(before=None, action="nothing.", by=auditor, now=clock.now())

    assert len(first.rows) == PAGE and len(second.rows) >= PAGE // 2
    words_shown = {row["action"] for row in (*first.rows, *second.rows)}
    assert words_shown == {words.word("action", code) for code in named[:3]}
    assert (nothing.rows, nothing.more) == ([], "")
