"""A register carried over to a successor: copied under new keys, everybody once, alive when the old keys die."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, connections, transaction

from gridward.governance import api as governance
from gridward.governance.models import EmergencyOrder
from gridward.intake.models import Clue
from gridward.kernel import clock, sealing
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outcomes import Refusal
from gridward.kernel.sealing import SealError
from gridward.registry import api as registry
from gridward.registry import carrying, lanes, stages
from gridward.registry.models import CarryRun, Household, PersonKey, Resident
from tests import people
from tests.governance import orders
from tests.registry.carries import carried, carry, found_by, signed_carry_over, successor_of, turn_of, who
from tests.registry.town import CITY, Line, phone, reported

pytestmark = pytest.mark.own_order


@pytest.mark.django_db
def test_everybody_goes_along_as_they_are_and_lives_on_when_the_old_keys_die(
    order: governance.OrderView, tmp_path: Path
) -> None:
    people.found_street(order, tmp_path)
    successor = successor_of(order)
    signed_carry_over(order, successor)
    turn_of(order, successor)
    before = who(order.domain)

    report = carried(order, successor)

    assert (report.residents, report.households, report.known, report.resumed_from) == (4, 3, 0, 0)
    assert who(successor.domain) == before == who(order.domain)
    assert all(row[4] is not None for row in before), "doors too"
    with people.as_owner():
        ours, theirs = (
            {
                bytes(key)
                for key in PersonKey.objects.filter(domain=one.domain).values_list("id_key", flat=True)
            }
            for one in (order, successor)
        )
        blobs = [
            {
                bytes(blob or b"")
                for blob in Resident.objects.filter(domain=one.domain).values_list("name_sealed", flat=True)
            }
            for one in (order, successor)
        ]
        data_keys = [
            set(Household.objects.filter(domain=one.domain).values_list("data_key", flat=True))
            for one in (order, successor)
        ]
    assert len(ours) == len(theirs) == 4 and not ours & theirs
    assert not blobs[0] & blobs[1] and not data_keys[0] & data_keys[1]

    gone = governance.domain_destroy(
        domain=order.domain,
        reason="it is carried over",
        by=people.actor_of("privacy_officer"),
        now=clock.now(),
    )
    sealing.key_store().destroy(order.domain, now=clock.now())  # what the commit does
    assert gone is None
    with pytest.raises(SealError):
        who(order.domain)
    assert who(successor.domain) == before
    match = found_by(successor, people.returning_student)
    assert match.resident_id is not None
    with people.as_owner():
        assert Resident.objects.get(id=match.resident_id).domain == successor.domain


@pytest.mark.django_db
def test_a_list_under_the_successor_resolves_to_the_people_carried(
    order: governance.OrderView, tmp_path: Path
) -> None:
    people.found_street(order, tmp_path)
    successor = successor_of(order, bodies=("health", "police"))
    signed_carry_over(order, successor)
    turn_of(order, successor)
    carried(order, successor)

    report = people.send_list(tmp_path, "health-list", [people.row_about(people.returning_student)])

    assert (report.rows, report.accepted, report.new, report.waiting) == (1, 1, 1, 0)
    with people.as_owner():
        clue = Clue.objects.get()
        assert clue.resident_id == Resident.objects.get(domain=successor.domain, resident_ref="R1").id


@pytest.mark.django_db
def test_only_who_is_registered_alive_and_inside_goes_along(
    order: governance.OrderView, tmp_path: Path
) -> None:
    lines = [
        Line("IN1", household_ref="A", phone=phone(1)),
        Line("IN2", household_ref="A"),
        Line("DEAD", household_ref="A"),
        Line("ALONE", household_ref="B"),
        Line("NEXT", household_ref="C", area_code=CITY.next_grid),
        Line("OUT", household_ref="D", area_code=CITY.other_district_grid),
    ]
    reported(tmp_path, order, lines)
    with people.as_owner():
        Resident.objects.filter(resident_ref__in=["DEAD", "ALONE"]).update(ended_at=clock.now())
        home = Household.objects.get(household_ref="C")
        Resident.objects.filter(resident_ref="NEXT").update(resident_ref="")
        assert home.kind == "registered"
    successor = successor_of(order, area_code=CITY.xuanwu)
    signed_carry_over(order, successor)
    turn_of(order, successor)

    report = carried(order, successor)

    assert (report.residents, report.households, report.known) == (2, 1, 0)
    assert [(row[0], row[1]) for row in who(successor.domain)] == [("IN1", "A"), ("IN2", "A")]


@pytest.mark.django_db
def test_a_second_start_adds_nobody_and_a_later_file_knows_them(
    order: governance.OrderView, tmp_path: Path
) -> None:
    lines = [Line(f"R{n}", household_ref=f"H{n // 2}", phone=phone(n)) for n in range(6)]
    reported(tmp_path, order, lines)
    successor = successor_of(order)
    signed_carry_over(order, successor)
    turn_of(order, successor)

    first, again = carried(order, successor), carried(order, successor)
    later = reported(tmp_path, successor, [*lines, Line("NEW", household_ref="H0")])

    assert (first.residents, first.resumed_from) == (6, 0)
    assert (again.residents, again.households, again.resumed_from) == (6, 3, 6)
    assert (later.known, later.unchanged, later.residents, later.households) == (6, 6, 1, 0)
    assert len(who(successor.domain)) == 7
    told = [action for action, _role, _why in orders.entries("order", successor.id) if "register" in action]
    assert told == ["register.carry_begin", "register.carry", "register.import"]


@pytest.mark.django_db
def test_whom_the_successor_knows_already_stays_as_there(order: governance.OrderView, tmp_path: Path) -> None:
    reported(
        tmp_path, order, [Line("R1", name="王小明"), Line("R2", name="李四"), Line("R3", household_ref="H3")]
    )
    successor = successor_of(order)
    signed_carry_over(order, successor)
    turn_of(order, successor)
    reported(tmp_path, successor, [Line("R1", name="王大明", area_code=CITY.next_grid)])

    report = carried(order, successor)

    assert (report.residents, report.households, report.known) == (2, 1, 1)
    now = {row[0]: row for row in who(successor.domain)}
    assert now["R1"][7] == "王大明"
    assert now["R2"][2] == now["R2"][3] == CITY.pos(CITY.next_grid), (
        "who lives with somebody known joins them"
    )


@pytest.mark.django_db
def test_without_both_signatures_before_the_beginning_and_after_the_keys_nobody_goes(
    order: governance.OrderView, tmp_path: Path
) -> None:
    reported(tmp_path, order, [Line("R1")])
    successor = successor_of(order)
    codes = [orders.code(carry(order, successor))]
    signed_carry_over(order, successor)
    codes.append(orders.code(carry(order, successor)))
    codes.append(orders.code(carry(successor, order)))
    turn_of(order, successor)
    governance.domain_destroy(
        domain=order.domain, reason="it is not needed", by=people.actor_of("privacy_officer"), now=clock.now()
    )
    codes.append(orders.code(carry(order, successor)))

    assert codes == ["carry_over_unsigned", "order_inactive", "carry_over_unsigned", "key_destroyed"]
    assert who(successor.domain) == [] and not CarryRun.objects.exists()


@pytest.mark.django_db
def test_no_run_is_written_that_nobody_signed(order: governance.OrderView) -> None:
    with (
        governance.job_scope(order_id=order.id, purpose="case_finding"),
        pytest.raises(DatabaseError, match="nothing signed"),
        transaction.atomic(),
    ):
        CarryRun.objects.create(
                carry_over_id=order.id, order_id=order.id, state="running", started_at=clock.now(),
                changed_at=clock.now())  # fmt: skip


def moves_into(resident: Resident, home: Household) -> None:
    """Let somebody live in another household from now on, sealed with its key."""
    keys = registry.household_data_keys([resident.household_id, home.id])
    sealer, columns = governance.sealer(resident.domain), ("name_sealed", "id_number_sealed", "phone_sealed")
    opened = sealer.open_many(
        [(getattr(resident, column), "registry_resident", column, resident.id) for column in columns],
        {key.id: key for key in keys.values()},
    )
    ((name, number, telephone),) = sealer.seal_rows(
        "registry_resident", columns, [(keys[home.id], resident.id, tuple(one or "" for one in opened))]
    )
    Resident.objects.filter(id=resident.id).update(
        household=home, name_sealed=name, id_number_sealed=number, phone_sealed=telephone
    )


@pytest.mark.django_db
def test_another_kind_of_order_takes_over_while_the_first_goes_on_and_misses_nobody_who_moves(
    order: governance.OrderView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "CHUNK", 1)
    reported(tmp_path, order, [Line(f"R{n}", household_ref=f"H{n}") for n in range(4)])
    flood = orders.in_force("FLOOD", kind="flood")
    signed_carry_over(order, flood)
    moved: list[str] = []

    def moves(_step: str, done: int, _total: int) -> None:
        if done == 2 and not moved:
            with people.as_owner():
                passed = Household.objects.filter(domain=order.domain).order_by("id").first()
                last = Resident.objects.filter(domain=order.domain).order_by("household_id").last()
                assert passed is not None and last is not None
                moved.append(last.resident_ref)
                moves_into(last, passed)

    report = registry.register_carry(
        from_order=order.id, to_order=flood.id, by=SYSTEM, now=clock.now(), progress=moves
    )

    assert not isinstance(report, Refusal), report
    assert moved and report.residents == 4
    assert [row[0] for row in who(flood.domain)] == ["R0", "R1", "R2", "R3"]
    assert orders.seen(order.id).state == "active"


# --- killed and stopped ---------------------------------------------------------------------------------------------


def ended(_source: governance.OrderView, successor: governance.OrderView) -> None:
    """Let the successor be over."""
    with people.as_owner():
        EmergencyOrder.objects.filter(id=successor.id).update(ended_at=clock.now())


def forgotten(source: governance.OrderView, _successor: governance.OrderView) -> None:
    """Destroy the giving order's keys."""
    with transaction.atomic():
        officer = people.actor_of("privacy_officer")
        gone = governance.domain_destroy(
            domain=source.domain, reason="it is not needed any more", by=officer, now=clock.now()
        )
    assert gone is None


@pytest.mark.usefixtures("fresh_database")
@pytest.mark.parametrize("lanes_from", [20_000, 1], ids=["alone", "in lanes"])
@pytest.mark.parametrize(("happens", "code"), [(ended, "order_inactive"), (forgotten, "key_destroyed")])
def test_what_ends_meanwhile_stops_it_by_its_code_and_what_is_in_stays(
    happens: Callable[[governance.OrderView, governance.OrderView], None],
    code: str,
    lanes_from: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(carrying, "CHUNK", 1)
    monkeypatch.setattr(lanes, "LANES_FROM", lanes_from)
    with transaction.atomic():
        order = people.signed_order()
    reported(tmp_path, order, [Line(f"R{n}", household_ref=f"H{n}") for n in range(80)])
    with transaction.atomic():
        successor = successor_of(order)
        signed_carry_over(order, successor)
        turn_of(order, successor)

    def once(_step: str, done: int, _total: int) -> None:
        if done == 2:
            happens(order, successor)

    outcome = registry.register_carry(
        from_order=order.id, to_order=successor.id, by=SYSTEM, now=clock.now(), progress=once
    )

    assert orders.code(outcome) == code
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)
    with stages.register_locked():  # as the next start does: it waits for the lanes' connections
        count = len(who(successor.domain))
        assert count == 2 if lanes_from > 80 else 2 <= count < 80
        assert CarryRun.objects.values_list("state", "residents_count").get() == ("running", count)
    connections.close_all()
