"""One world for the proofs of R3: a family's task, three departments' lists, a clue that waits, and everybody."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from gridward.dispatch.models import (
    BudgetExcess,
    DayPlan,
    DoorLook,
    Escalation,
    Handover,
    PassDisagreement,
    PlanStop,
    Supervision,
    Task,
    TaskSubject,
    Whistle,
    WhistleCall,
)
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import AnswerCount, Batch, Clue, Decision, Delivery, Webhook
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.registry.models import Correction, Merge, Premises, Residence, Resident, ResidentValue
from gridward.territory.models import Area, TreeVersion
from gridward.territory.rules.line import ROOT_END
from gridward.workforce.models import Absence, Cover
from tests import people
from tests.house.asked import found_device, found_form, found_submission, found_told

CITY = people.city()
CHANNELS = ("health-list", "police-list", "transport-list")
#: A second city on the same line, so that those of a whole city have an elsewhere too.
OTHER_CITY = "3202"
#: Somebody of each role who has nothing to do with the family in `CITY.grid`. Those bound to no area hold no right to
#: anything that lies in one.
ELSEWHERE: dict[str, tuple[str, str]] = {
    "city_officer": (OTHER_CITY, ""),
    "intake_officer": (OTHER_CITY, ""),
    "district_officer": (CITY.qinhuai, ""),
    "street_officer": ("320104001", ""),
    "community_officer": (CITY.dashiqiao, ""),
    "grid_worker": (CITY.next_grid, ""),
    "agency_liaison": ("", "transport"),
    "supervisor": (CITY.qinhuai, ""),
    "issuing_officer": ("", ""),
    "privacy_officer": ("", ""),
    "auditor": ("", ""),
    "system_administrator": ("", ""),
    "system_operator": (OTHER_CITY, ""),
}
WITHOUT_AREA = sorted(role for role, bound in ELSEWHERE.items() if bound == ("", ""))
BOUND = sorted(set(ELSEWHERE) - set(WITHOUT_AREA))


@dataclass(frozen=True)
class World:
    """What is there, and who stands outside of it."""

    order: governance.OrderView
    task: UUID
    person: UUID
    batches: dict[str, UUID]
    waiting: UUID
    columns: UUID
    handover: UUID
    escalation: UUID
    whistle: UUID
    call: UUID
    check: UUID
    correction: UUID
    merge: UUID
    webhook: UUID
    delivery: UUID
    absence: UUID
    form: UUID
    device: UUID
    submission: UUID
    instruction: UUID
    help: UUID
    worker: Actor
    outsiders: dict[str, Actor]
    senders: dict[str, Actor]


def found_plan(order: governance.OrderView, worker: Actor) -> None:
    """Keep a batch that went out to the worker, with one task in it."""
    plan = DayPlan.objects.create(
        id=new_id(), order_id=order.id, account_id=worker.id, area_pos=CITY.pos(CITY.grid),
        plan_date=clock.now().date(), batch_hour=9, released_at=clock.now(), fresh_count=1, held_count=0,
        over_count=0, metres=0, arrival_metres=0, minutes=12,
    )  # fmt: skip
    task = Task.objects.filter(assignee_id=worker.id).earliest("id")
    PlanStop.objects.create(plan=plan, area_pos=task.area_pos, task_id=task.id, place=1)


def found(folder: Path) -> World:
    """Make the world through the same doors as everybody; returns the ids the proofs ask for."""
    found_other_city()
    order = people.signed_order(lasts=timedelta(days=14))
    people.found_street(order, folder)
    worker = people.actor_of("grid_worker", CITY.grid, responsible=True)
    student, mother = people.returning_student, people.students_mother
    unplaced = (
        "钱无门",
        people.pack("cn").synthetic_id("320199", student.born, 77),
        "",
        "南京市玄武区新街口街道",
    )
    people.send_list(
        folder,
        "health-list",
        [people.row_about(student), people.row_about(mother), unplaced, ("", student.id_number, "", "")],
    )
    people.send_list(folder, "police-list", [people.row_about(student)])
    people.send_list(folder, "transport-list", [people.row_about(people.neighbour_across)])
    columns = found_unread(folder)
    with people.as_owner():
        Task.objects.update(released_at=clock.now(), priority="P1")
        found_plan(order, worker)
        # Nobody here has answered yet; a count says so, for the walls to be tried at.
        for batch in Batch.objects.filter(agency_code__in=("health", "police")):
            AnswerCount.objects.create(
                batch_id=batch.id, agency_code=batch.agency_code, area_pos=batch.area_pos, answered=0
            )
        pushed = found_push(order)
        form, device = found_form(), found_device(worker)
        instruction, call_for_help = found_told(worker)
        found_decision(order)
        found_looks_and_disagreements()
        found_excess()
        family = Task.objects.get(
            id__in=TaskSubject.objects.filter(channel_code="police-list").values("task")
        )
        return World(
            order=order,
            task=family.id,
            person=TaskSubject.objects.filter(task=family).values_list("person_id", flat=True)[0],
            batches=dict(Batch.objects.exclude(state="mapping").values_list("channel_id", "id")),
            columns=columns,
            handover=_offered(family, worker).id,
            escalation=_raised(family).id,
            whistle=(call := _blown(family)).whistle_id,
            call=call.id,
            check=_drawn(family).id,
            waiting=Clue.objects.get(state="waiting").id,
            correction=found_correction(order, family).id,
            merge=found_merge(order, family).id,
            webhook=pushed.webhook_id,
            delivery=pushed.id,
            absence=found_duty(worker).id,
            form=form,
            device=device,
            submission=found_submission(worker, form=form, device=device, order_id=order.id),
            instruction=instruction,
            help=call_for_help,
            worker=worker,
            outsiders={
                role: people.actor_of(role, area, agency=agency) for role, (area, agency) in ELSEWHERE.items()
            },
            senders={
                code: people.actor_of("agency_liaison", agency=code)
                for code in ("health", "police", "transport")
            },
        )


def found_decision(order: governance.OrderView) -> None:
    """Keep what somebody decided about a row that waited in the family's grid."""
    clue = Clue.objects.filter(area_pos=CITY.pos(CITY.grid)).earliest("id")
    Decision.objects.create(
        id=new_id(), order_id=order.id, clue_id=clue.id, area_pos=clue.area_pos, kind="same_person", mark=b"a drill",
        resident_id=clue.resident_id, person_id=clue.person_id, household_id=clue.household_id,
        data_key=clue.data_key, decided_by="a drill", decided_at=clock.now(),
    )  # fmt: skip


def found_unread(folder: Path) -> UUID:
    """Let a list wait for somebody to say which of its columns is what."""
    path = folder / "unread.csv"
    path.write_text("姓名,手机号,来自\n赵未读,15400000999,别处\n", encoding="utf-8")
    officer = people.actor_of("intake_officer", CITY.city)
    with people.acting(officer):
        batch = intake.batch_receive(
            channel_code="health-list", path=path, filename=path.name, by=officer, now=clock.now(),
            said=intake.Said("unknown"),
        )  # fmt: skip
    assert isinstance(batch, intake.BatchView) and batch.state == "mapping", batch
    return batch.id


def found_push(order: governance.OrderView) -> Delivery:
    """Give the health department an address for pushes and one push that was given up."""
    now = clock.now()
    webhook = Webhook.objects.create(
        id=new_id(), agency_code="health", url="https://health.invalid/", created_by="a drill", created_at=now
    )
    return Delivery.objects.create(
        id=new_id(), webhook=webhook, agency_code="health", order_id=order.id, clue_ids=[], state="given_up",
        next_at=now, created_at=now,
    )  # fmt: skip


def found_excess() -> None:
    """Let P1 have gone over a household's budget once."""
    task = Task.objects.order_by("id")[0]
    BudgetExcess.objects.create(
        id=new_id(), order_id=task.order_id, task_id=task.id, area_pos=task.area_pos, budget="household",
        reason="danger", by="a drill", at=clock.now(),
    )  # fmt: skip


def found_duty(worker: Actor) -> Absence:
    """Let the worker be entered as away later on, and somebody have stood in once."""
    now, pos = clock.now(), CITY.pos(CITY.grid)
    Cover.objects.create(
        id=new_id(), account_id=worker.id, area_code=CITY.grid, area_pos=pos, named=True, starts_at=now,
        ended_at=now, by="a drill",
    )  # fmt: skip
    return Absence.objects.create(
        id=new_id(), account_id=worker.id, area_pos=pos, kind="leave", starts_at=now + timedelta(days=300),
        ends_at=now + timedelta(days=301), entered_by="a drill", entered_at=now,
    )  # fmt: skip


def found_looks_and_disagreements() -> None:
    """Let somebody have looked a door up, a visit have said the contrary of the desk, and somebody have moved."""
    now, subject = clock.now(), TaskSubject.objects.order_by("id")[0]
    DoorLook.objects.create(
        id=new_id(), account_id=new_id(), area_pos=subject.area_pos, hit=True, at=now
    )  # fmt: skip
    PassDisagreement.objects.create(
        id=new_id(), subject=subject, task_id=subject.task_id, order_id=subject.task.order_id,
        area_pos=subject.area_pos, pass_kind="desk", was="matched", outcome="moved", by="a drill", at=now,
    )  # fmt: skip
    resident = Resident.objects.order_by("id")[0]
    past = {
        "resident": resident, "domain": resident.domain, "area_pos": resident.area_pos, "source": "a drill",
        "order_id": subject.task.order_id, "changed_by": "a drill",
    }  # fmt: skip
    Residence.objects.create(id=new_id(), place_sealed=b"\0", from_at=now, to_at=now, **past)
    ResidentValue.objects.create(id=new_id(), field="phone", valid_from=now, valid_to=now, **past)


def found_correction(order: governance.OrderView, family: Task) -> Correction:
    """Let a correction about somebody of the family wait."""
    resident = Resident.objects.filter(household_id=family.household_id).order_by("id")[0]
    return Correction.objects.create(
        id=new_id(), resident=resident, domain=resident.domain, order_id=order.id, area_pos=resident.area_pos,
        task_id=family.id, kind="name", is_small=False, state="received", found_by="person", entered_by=new_id(),
        entered_at=clock.now(), due_at=clock.now() + timedelta(hours=24),
    )  # fmt: skip


def found_merge(order: governance.OrderView, family: Task) -> Merge:
    """Let two of the family be said to be one person, and a shop be in their grid."""
    Premises.objects.create(
        id=new_id(), credit_code="a drill", name="a drill", kind="shop", area_pos=family.area_pos,
        created_at=clock.now(), changed_at=clock.now(),
    )  # fmt: skip
    stays, goes = Resident.objects.filter(household_id=family.household_id).order_by("id")[:2]
    return Merge.objects.create(
        id=new_id(), resident=stays, merged=goes, domain=stays.domain, order_id=order.id, area_pos=stays.area_pos,
        state="proposed", proposed_by=new_id(), proposed_at=clock.now(),
    )  # fmt: skip


def _offered(family: Task, worker: Actor) -> Handover:
    """Let a hand-over of the family wait in its own grid: whoever stands outside sees neither side."""
    return Handover.objects.create(
        id=new_id(), task=family, order_id=family.order_id, kind="wrong_grid", state="proposed",
        area_pos=family.area_pos, from_pos=family.area_pos, to_pos=family.area_pos, street_pos=CITY.pos(CITY.xinjiekou),
        priority="P1", people_count=2, proposed_by=str(worker.id), proposed_at=clock.now(),
        due_at=clock.now() + timedelta(hours=2),
    )  # fmt: skip


def _raised(family: Task) -> Escalation:
    """Let the family's task lie with its community."""
    return Escalation.objects.create(
        id=new_id(),
        task=family,
        run_id=new_id(),
        order_id=family.order_id,
        level="community",
        area_pos=CITY.pos(CITY.chengxianjie),
        from_pos=family.area_pos,
        kind="late",
        state="open",
        raised_by="SYSTEM",
        raised_at=clock.now(),
        next_at=clock.now() + timedelta(hours=4),
    )


def _blown(family: Task) -> WhistleCall:
    """Let the street call the health department to the family's community."""
    street, community = CITY.pos(CITY.xinjiekou), CITY.pos(CITY.chengxianjie)
    blown = Whistle.objects.create(
        id=new_id(),
        order_id=family.order_id,
        task_id=family.id,
        level="street",
        area_pos=street,
        from_pos=street,
        place_pos=community,
        question="medical",
        words="somebody is to come along",
        priority="P1",
        lead_code="health",
        agency_codes=["health"],
        state="open",
        blown_by="",
        blown_at=clock.now(),
    )
    return WhistleCall.objects.create(
        id=new_id(),
        whistle=blown,
        order_id=family.order_id,
        agency_code="health",
        is_lead=True,
        area_pos=street,
        place_pos=community,
        state="waiting",
        is_open=True,
        reply_by=clock.now() + timedelta(minutes=30),
    )


def _drawn(family: Task) -> Supervision:
    """Let the family's task wait to be checked, as if it had been closed and drawn."""
    return Supervision.objects.create(
        id=new_id(),
        task=family,
        order_id=family.order_id,
        area_pos=family.area_pos,
        kind="check",
        state="waiting",
        at=clock.now(),
    )


def found_other_city() -> None:
    """Put a neighbour city on the line, above the root of ours: an import takes one city, the walls take any number."""
    with people.as_owner():
        Area.objects.create(
            id=new_id(),
            pos=ROOT_END + 1,
            end_pos=ROOT_END + (1 << 58),
            level="city",
            code=OTHER_CITY,
            name="无锡市",
            valid_from=clock.now(),
        )
        TreeVersion.objects.update(stamp=str(new_id()))
    # With an order of its own: whoever comes from there meets the wall and not the gate.
    people.signed_order(lasts=timedelta(days=14), area=OTHER_CITY)


def rows(sql: str, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Return what a statement returns, in the present role."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or [])
        return list(cursor.fetchall())
