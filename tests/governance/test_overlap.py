"""Orders of one kind do not overlap: the constraint of the database against intervals counted by hand."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.governance import api as governance
from gridward.governance.models import EmergencyOrder, Profile
from gridward.kernel import clock
from gridward.kernel.ids import new_id
from gridward.territory import api as territory
from tests import people
from tests.examples import examples
from tests.governance import orders

pytestmark = pytest.mark.django_db

MIDNIGHT = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
_numbers = count()
#: (kind, place from, width, day from, days, ended on day or None, signed)
Piece = tuple[str, int, int, int, int, int | None, bool]
pieces = st.tuples(
    st.sampled_from(["epidemic", "flood"]), st.integers(0, 6), st.integers(1, 4), st.integers(0, 6), st.integers(1, 5),
    st.none() | st.integers(-2, 12), st.sampled_from([True, True, True, False]),
)  # fmt: skip


def binds(piece: Piece) -> set[tuple[str, int, int]]:
    """Return every (kind, place, day) a piece occupies; what is unsigned or ended before its start occupies nothing."""
    kind, pos, width, start, days, ended, signed = piece
    last = start + days if ended is None else ended
    if not signed:
        return set()
    return {(kind, place, day) for place in range(pos, pos + width) for day in range(start, last)}


def row(piece: Piece, profile: Profile) -> EmergencyOrder:
    kind, pos, width, start, days, ended, signed = piece
    return EmergencyOrder(
        id=new_id(), number=f"OVER-{next(_numbers)}", title="x", kind=kind, authority="x", profile=profile,
        area_code="x", area_pos=pos, area_end=pos + width, population_scope="key_persons", purposes=[], bodies=[],
        starts_at=MIDNIGHT + timedelta(days=start), ends_at=MIDNIGHT + timedelta(days=start + days),
        drafted_by=new_id(), drafted_at=MIDNIGHT, signed_at=MIDNIGHT if signed else None,
        ended_at=None if ended is None else MIDNIGHT + timedelta(days=ended),
    )  # fmt: skip


def kept(piece: Piece, profile: Profile) -> bool:
    try:
        with transaction.atomic():
            row(piece, profile).save(force_insert=True)
    except IntegrityError as error:
        assert "orders_of_a_kind_do_not_overlap" in str(error)
        return False
    return True


@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wanted=st.lists(pieces, min_size=2, max_size=5))
def test_whatever_is_signed_occupies_its_place_and_time_alone(db: None, wanted: list[Piece]) -> None:
    with people.as_owner(), transaction.atomic():
        profile = Profile.objects.get()
        taken: set[tuple[str, int, int]] = set()
        for piece in wanted:
            free = not (binds(piece) & taken)
            assert kept(piece, profile) is free, (piece, sorted(taken))
            taken |= binds(piece) if free else set()
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("320102", "320102", False),
        ("320102", "320104", True),
        ("3201", "320102003015001", False),
        ("320102003015", "320102003", False),
        ("320102003015001", "320102003015002", True),
        ("320102003011", "320102003015", True),
    ],
)
def test_areas_of_the_tree_overlap_where_one_contains_the_other(
    first: str, second: str, together: bool, city: people.City
) -> None:
    one, other = territory.get_area(first), territory.get_area(second)
    assert one and other
    orders.in_force("AREA-1", area_code=first)
    rival = orders.drafted("AREA-2", area_code=second)

    orders.sign(rival.id, "privacy_officer")
    outcome = orders.sign(rival.id, "issuing_officer")

    assert orders.code(outcome) == ("done" if together else "order_overlaps")
    assert (orders.seen(rival.id).state == "active") is together
    assert together is (one.end <= other.pos or other.end <= one.pos)


def test_an_order_may_begin_the_moment_another_ends(city: people.City) -> None:
    first = orders.in_force("SEAM-1")
    one_early = orders.drafted(
        "SEAM-2",
        starts_at=first.ends_at - timedelta(microseconds=1),
        ends_at=first.ends_at + timedelta(days=1),
    )
    at_the_end = orders.drafted("SEAM-3", starts_at=first.ends_at, ends_at=first.ends_at + timedelta(days=1))

    outcomes = []
    for order in (one_early, at_the_end):
        orders.sign(order.id, "issuing_officer")
        outcomes.append(orders.code(orders.sign(order.id, "privacy_officer")))

    assert outcomes == ["order_overlaps", "done"]


def test_a_signature_that_would_overlap_leaves_nothing_behind(order: governance.OrderView) -> None:
    rival = orders.drafted("RIVAL-1", area_code=people.city().xuanwu)
    orders.sign(rival.id, "issuing_officer")

    refused = orders.sign(rival.id, "privacy_officer")
    governance.order_end(
        order_id=order.id,
        reason="replaced by the rival",
        by=people.actor_of("issuing_officer"),
        now=clock.now(),
    )
    orders.age(rival.id, minutes=-2)  # it begins after the other has ended
    accepted = orders.sign(rival.id, "privacy_officer")

    assert (orders.code(refused), orders.code(accepted)) == ("order_overlaps", "done")
    assert [role for action, role, _why in orders.entries("order", rival.id) if action == "order.sign"] == [
        "issuing_officer", "privacy_officer",
    ]  # fmt: skip
