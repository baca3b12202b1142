"""Carry-overs by the front door: proposed, signed and read on the order's page, in both languages."""

import pytest
from django.test import Client

from gridward.governance import api as governance
from gridward.governance.models import CarryOver
from gridward.kernel import clock
from tests import people
from tests.governance import orders
from tests.governance.test_carry_overs import REASON, propose, proposed, sign, successor_of
from tests.governance.test_pages_of_orders import READERS, offers, text, visitor

pytestmark = pytest.mark.django_db


def buttons(client: Client, order: governance.OrderView) -> tuple[bool, bool]:
    """Return whether the page offers to propose a carry-over, and to sign one."""
    page = client.get(f"/orders/{order.id}")
    return "carry-over" in offers(page), "/carry-overs/" in page.content.decode()


def test_a_way_from_the_proposal_to_the_command_by_the_pages_alone(order: governance.OrderView) -> None:
    successor = successor_of(order, "NEXT YEAR")
    clients = {role: visitor(role) for role in ("city_officer", "issuing_officer", "privacy_officer")}
    path = f"/orders/{order.id}"
    fresh = text(clients["city_officer"].get(path))
    posted = {"successor": str(successor.id), "reason": REASON}
    after = text(clients["city_officer"].post(f"{path}/carry-over", posted, follow=True))
    (carry_over,) = governance.get_carry_overs(order.id)
    half = text(clients["privacy_officer"].post(f"/carry-overs/{carry_over.id}/sign", follow=True))
    whole = text(clients["issuing_officer"].post(f"/carry-overs/{carry_over.id}/sign", follow=True))

    assert "NEXT YEAR · Drill" in fresh and "Propose the carry-over" in fresh
    assert "The carry-over is proposed." in after and "Waits for signatures" in after and REASON in after
    assert "You have signed." in half and "gridward registry carry-over" not in half
    assert f"gridward registry carry-over {order.number} 'NEXT YEAR'" in whole
    there = text(clients["city_officer"].get(f"/orders/{successor.id}"))
    assert REASON in there and order.number in there, "the order that takes it over says so too"
    assert buttons(clients["city_officer"], order) == (False, False), "nobody is left to take it over"


def test_only_who_drafts_may_propose_and_only_who_signs_may_sign(order: governance.OrderView) -> None:
    proposed(order, successor_of(order))

    for role in READERS:
        expected = (role == "city_officer", role in ("issuing_officer", "privacy_officer"))
        assert buttons(visitor(role), order) == expected, role


def test_whoever_signed_is_not_offered_it_again_and_what_came_to_nothing_is_said(
    order: governance.OrderView,
) -> None:
    successor = successor_of(order)
    carry_over = proposed(order, successor)
    sign(carry_over, "issuing_officer")

    assert buttons(visitor("issuing_officer"), order) == (False, False)
    assert buttons(visitor("privacy_officer"), order) == (False, True)
    governance.order_end(
        order_id=order.id, reason="it is over now", by=people.actor_of("issuing_officer"), now=clock.now()
    )
    assert buttons(visitor("privacy_officer"), order) == (False, False)
    shown = text(visitor("privacy_officer").get(f"/orders/{order.id}"))
    assert "Came to nothing" in shown and "Waits for signatures" not in shown


def test_without_an_order_that_could_follow_nothing_is_offered(order: governance.OrderView) -> None:
    orders.drafted("A-DRAFT")
    orders.in_force("A-DRILL", kind="drill")
    orders.in_force("A-HELP", kind="flood", purposes=("home_service",))

    page = text(visitor("city_officer").get(f"/orders/{order.id}"))

    assert "Carry-over of the register" not in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": "short"}, "at least 10"),
        ({"reason": ""}, "This field is required"),
        ({"reason": "x" * 401}, "at most 400 characters"),
        ({"successor": "itself"}, "Select a valid choice"),
        ({"successor": "not an id"}, "Select a valid choice"),
        ({"successor": ""}, "This field is required"),
    ],
)
def test_a_proposal_comes_back_with_what_was_written_and_what_is_wrong(
    change: dict[str, str], words: str, order: governance.OrderView
) -> None:
    posted = {"successor": str(successor_of(order).id), "reason": REASON} | change
    if posted["successor"] == "itself":
        posted["successor"] = str(order.id)

    answer = visitor("city_officer").post(f"/orders/{order.id}/carry-over", posted)

    assert answer.status_code == 422
    assert words in text(answer)
    assert change.get("reason", REASON) in text(answer)
    assert not CarryOver.objects.exists()


def test_what_is_decided_meanwhile_is_refused_at_the_second_press(order: governance.OrderView) -> None:
    successor = successor_of(order)
    carry_over = proposed(order, successor)
    client = visitor("issuing_officer")

    codes = [client.post(f"/carry-overs/{carry_over.id}/sign").status_code for _press in range(2)]
    sign(carry_over, "privacy_officer")

    assert codes == [302, 409]
    assert orders.code(propose(order, successor)) == "carry_over_twice"
    assert visitor("issuing_officer").post("/carry-overs/none/sign").status_code == 404
    assert visitor("city_officer").post("/orders/none/carry-over").status_code == 404


def test_the_page_speaks_chinese(order: governance.OrderView) -> None:
    successor = successor_of(order)
    carry_over = proposed(order, successor)
    for role in ("issuing_officer", "privacy_officer"):
        sign(carry_over, role)
    client = visitor("city_officer")

    page = text(client.get(f"/orders/{order.id}", headers={"accept-language": "zh-hans"}))

    for words in ("居民底册转接", "原应急令", "后续应急令", "已签署", "由系统运维人员用这条命令"):
        assert words in page, words
