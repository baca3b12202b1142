"""A form that the world of R3 asks in the whole city, a phone, and what was answered on it."""

from datetime import timedelta
from uuid import UUID

from gridward.field.models import (
    Device,
    Enrolment,
    HelpCall,
    Instruction,
    Photo,
    Receipt,
    Submission,
    WorkPiece,
)
from gridward.forms.models import FormPlace, FormVersion
from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.territory import api as territory
from tests import people

CITY = people.city()


def found_device(worker: Actor) -> UUID:
    """Have a phone enrolled for the worker by a code, and return its id. As the owner."""
    now = clock.now()
    Enrolment.objects.create(
        id=new_id(), code_hash=b"code", account_id=worker.id, area_pos=worker.scopes[0].pos, asked_by=new_id(),
        asked_at=now, expires_at=now, used_at=now,
    )  # fmt: skip
    return Device.objects.create(
        id=new_id(), account_id=worker.id, area_pos=worker.scopes[0].pos, public_key=b"key", token_hash=b"token",
        enrolled_by=new_id(), enrolled_at=now, expires_at=now + timedelta(days=9),
    ).id  # fmt: skip


def found_form() -> UUID:
    """Have a form asked in the whole city, and return its id. As the owner."""
    now = clock.now()
    form = FormVersion.objects.create(
        id=new_id(), form_code="care_visit", version="1", title="Care visit", owner_code="health",
        purpose="home_service", state="published", filename="form.csv", content_hash="0", workbook=b"survey",
        xform="<h/>", questions=[], field_count=1, sunset_at=now + timedelta(days=9), drafted_by=new_id(),
        drafted_at=now, published_by=new_id(), published_at=now,
    )  # fmt: skip
    area = territory.get_areas([CITY.city])[CITY.city]
    FormPlace.objects.create(version=form, area_code=CITY.city, area_pos=area.pos, area_end=area.end)
    return form.id


def found_submission(worker: Actor, *, form: UUID, device: UUID, order_id: UUID) -> UUID:
    """Keep what the worker answered to the form, with a photo, and return its id. As the owner."""
    now = clock.now()
    domain = governance.order_domain(order_id)
    sealer = governance.sealer(domain)
    (key,) = sealer.new_data_keys(1)
    made, photo, pos = new_id(), new_id(), worker.scopes[0].pos
    sealed = sealer.seal(key, table="field_submission", column="content_sealed", row_id=made, text="<data/>")
    Submission.objects.create(
        id=made, form_id=form, order_id=order_id, domain=domain, account_id=worker.id, device_id=device, area_pos=pos,
        done_at=now, taken_at=now, key_id=key.id, key_wrapped=key.wrapped, told=b"told", content_sealed=sealed,
        photo_count=1,
    )  # fmt: skip
    Photo.objects.create(id=photo, submission_id=made, account_id=worker.id, area_pos=pos, name="1.jpg")
    return made


def found_told(worker: Actor) -> tuple[UUID, UUID]:
    """Let the worker have been told something and have called for help, on duty; return both ids. As the owner."""
    now, pos = clock.now(), worker.scopes[0].pos
    told = Instruction.objects.create(
        id=new_id(), account_id=worker.id, area_pos=pos, area_end=pos + 1, words="wear the masks that came today",
        is_urgent=True, from_name="a drill", written_by=new_id(), written_at=now, given_at=now,
        expires_at=now + timedelta(days=9),
    )  # fmt: skip
    Receipt.objects.create(id=new_id(), instruction=told, account_id=worker.id, area_pos=pos, received_at=now)
    WorkPiece.objects.create(
        id=new_id(), account_id=worker.id, area_pos=pos, began_at=now, minutes_before=0, break_minutes=240,
        is_rest_short=False, rest_at=now + timedelta(hours=12), stop_at=now + timedelta(hours=16),
    )  # fmt: skip
    call = HelpCall.objects.create(
        id=new_id(), account_id=worker.id, area_pos=pos, kind="other", called_at=now, received_at=now
    )
    return told.id, call.id
