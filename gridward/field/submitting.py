"""
Owns taking in answers to a form and the photos they name: read, sealed, stored once, and followed by their steps.

Refuses answers that do not fit the form, or that no order in force asks for. Whatever comes again is known again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gridward.dispatch import api as dispatch
from gridward.field.models import Photo, Submission
from gridward.field.photos import photo_cleaned
from gridward.field.queries import DeviceHead
from gridward.field.steps import Said, StepTaken, steps_take
from gridward.forms import api as forms
from gridward.governance import api as governance
from gridward.kernel import ledger, prepared
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_ids
from gridward.kernel.outcomes import Problem, Refusal, Refused, declare, refuse
from gridward.kernel.sealing import KeyMissing

TABLE, PHOTOS = "field_submission", "field_photo"
#: How a blind index of answers and of photos is called.
TOLD = "submission"

declare(
    {
        "submission_differs": Problem(
            409,
            _("Other answers came under this number before."),
            _("Fill the form in anew and send that."),
        ),
        "submission_elsewhere": Problem(
            403,
            _("This form is not asked where you work."),
            _("Ask your centre which forms are meant for you."),
        ),
        "submission_older": Problem(
            409,
            _("These answers are older than the order under which they would be kept."),
            _("Nothing may be kept of them. Throw them away, or ask anew."),
        ),
        "media_unknown": Problem(
            404, _("No answers name this photo."), _("Send the answers first, then their photos.")
        ),
    }
)


@dataclass(frozen=True)
class Sent:
    """Answers as a phone sends them: given when by the house's clock, from which phone, under which number."""

    xml: bytes
    done_at: datetime
    device: DeviceHead
    id: UUID | None = None


@dataclass(frozen=True)
class TakenIn:
    """Answers that are stored: whether they were before, which photos are waited for, what became of each step."""

    id: UUID
    is_known: bool
    waiting: tuple[str, ...]
    steps: tuple[StepTaken, ...]


def submission_take(sent: Sent, *, by: Actor, now: datetime) -> TakenIn | forms.AnswersWrong | Refusal:
    """
    Store answers once, sealed, and do what follows from them.

    Returns what is wrong, question by question, where answers do not fit their form; refuses what was not asked here.
    Runs in the caller's transaction: nothing has been written where something is refused, and each step of those that
    follow is done or undone on its own.
    """
    try:
        return _taken(sent, by, now)
    except Refused as refused:
        return refused.refusal


def _taken(sent: Sent, by: Actor, now: datetime) -> TakenIn | forms.AnswersWrong | Refusal:
    opened = forms.submission_open(sent.xml)
    if isinstance(opened, Refusal):
        return opened
    head = opened.head
    if sent.id not in (None, head.instance_id):
        return refuse("submission_differs")
    form = forms.get_answered_form(form_code=head.form_code, version=head.version, now=now)
    if isinstance(form, Refusal):
        return form
    answers = forms.answers_read(form.reads, opened, at=sent.done_at)
    if not isinstance(answers, forms.FormAnswers):
        return answers
    by_use = {form.gives[path]: values[-1] for path, values in answers.values.items() if path in form.gives}
    # The same answers again are known even where their household is closed, or their order over, by now.
    about = _about(form, answers, by_use, by, now)
    if isinstance(about, Refusal):
        return _known(head.instance_id, sent.xml) or about
    order = _order(form, about, sent.done_at, now)
    if isinstance(order, Refusal):
        return _known(head.instance_id, sent.xml) or order
    if not _stored(sent, about, answers, form, order, by, now):
        return _known(head.instance_id, sent.xml) or refuse("submission_differs")
    steps = _followed(about, form, by_use, sent.done_at, by, now)
    return TakenIn(answers.instance_id, False, answers.photos, steps)


@dataclass(frozen=True)
class _About:
    """
    What answers are about: a place, and perhaps a household of the worker's day and one of its people.

    `task` is opened only where the answers say something about its people: most say nothing the house acts upon.
    """

    id: UUID
    pos: int
    held: dispatch.HeldPlace | None = None
    task: dispatch.TaskView | None = None
    person_id: UUID | None = None


def _about(
    form: forms.AnsweredForm, answers: forms.FormAnswers, by_use: Mapping[str, str], by: Actor, now: datetime
) -> _About | Refusal:
    if "task" not in by_use:
        here = next((scope.pos for scope in by.scopes if form.asks_at(scope.pos)), None)
        return refuse("submission_elsewhere") if here is None else _About(answers.instance_id, here)
    held = dispatch.get_held(task_id, by=by) if (task_id := _id(by_use["task"])) else None
    if held is None:
        return refuse("not_found")
    if not form.asks_at(held.area_pos):
        return refuse("submission_elsewhere")
    about = _About(answers.instance_id, held.area_pos, held)
    if "person" not in by_use and not forms.steps_of(by_use):
        return about
    task = dispatch.access_task(held.task_id, by=by, now=now, brief=True)
    if isinstance(task, Refusal):
        return task
    number = by_use.get("person", "")
    person = next((one.person_id for one in task.people if str(one.number) == number), None)
    return replace(about, task=task, person_id=person)


def _id(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


def _order(
    form: forms.AnsweredForm, about: _About, done_at: datetime, now: datetime
) -> governance.OrderView | Refusal:
    order = governance.gate_ask(
        purpose=form.purpose,
        area_pos=about.pos,
        now=now,
        order_id=about.held.order_id if about.held else None,
    )
    if not isinstance(order, Refusal) and done_at < order.starts_at:
        return refuse("submission_older")
    return order


_INSERT = f"""
insert into {TABLE} (id, form_id, order_id, domain, account_id, device_id, area_pos, task_id, person_id, done_at,
                     taken_at, key_id, key_wrapped, told, content_sealed, steps, photo_count)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '[]', %s) on conflict (id) do nothing returning id
"""


def _stored(
    sent: Sent, about: _About, answers: forms.FormAnswers, form: forms.AnsweredForm,
    order: governance.OrderView, by: Actor, now: datetime,
) -> bool:  # fmt: skip
    """Store answers and the names of their photos; say whether they were not here before."""
    domain = governance.order_domain(order.id)
    sealer = governance.sealer(domain)
    (key,) = sealer.new_data_keys(1)
    content = sent.xml.decode()
    sealed = sealer.seal(key, table=TABLE, column="content_sealed", row_id=about.id, text=content)
    task_id = about.held.task_id if about.held else None
    written = ledger.entry(
        "submission.take", obj=("submission", str(about.id)), by=by, now=now, purpose=form.purpose,
        basis=str(order.id), task=str(task_id or ""), form_id=str(form.id), photos_count=len(answers.photos),
    )  # fmt: skip
    is_new = ledger.record_with(
        written, _INSERT,
        [about.id, form.id, order.id, domain, sent.device.account_id, sent.device.id, about.pos, task_id,
         about.person_id, sent.done_at, now, key.id, key.wrapped, _told(domain, sent.xml), sealed,
         len(answers.photos)],
    )  # fmt: skip
    if is_new and answers.photos:
        Photo.objects.bulk_create(
            Photo(
                id=photo_id,
                submission_id=about.id,
                account_id=sent.device.account_id,
                area_pos=about.pos,
                name=name,
            )
            for photo_id, name in zip(new_ids(len(answers.photos)), answers.photos, strict=True)
        )
    return is_new


def _told(domain: str, content: bytes) -> bytes:
    index = governance.sealer(domain).blind_index(TOLD, hashlib.sha256(content).hexdigest())
    return index or b""


def _followed(
    about: _About, form: forms.AnsweredForm, by_use: Mapping[str, str], done_at: datetime, by: Actor, now: datetime
) -> tuple[StepTaken, ...]:  # fmt: skip
    if about.task is None:
        return ()
    said = Said(about.id, f"{form.form_code} {form.version}", about.task, by_use, about.person_id)
    steps = tuple(steps_take(said, done_at=done_at, by=by, now=now))
    if steps:
        kept = [{"step": one.step, "status": one.status, "code": one.code} for one in steps]
        Submission.objects.filter(id=about.id).update(steps=kept)
    return steps


def _known(submission_id: UUID, content: bytes) -> TakenIn | Refusal | None:
    """Return own answers that came under this number before, refuse other ones; None where there are none."""
    row = Submission.objects.filter(id=submission_id).values_list("domain", "told", "steps").first()
    if row is None:
        return None
    domain, told, steps = row
    try:
        if _told(domain, content) != bytes(told):
            return refuse("submission_differs")
    except KeyMissing:
        return refuse("order_inactive")
    waiting = Photo.objects.filter(submission_id=submission_id, taken_at__isnull=True).order_by("id")
    return TakenIn(
        submission_id,
        True,
        tuple(waiting.values_list("name", flat=True)),
        tuple(StepTaken(**one) for one in steps),
    )


_PHOTO = f"""
select p.id, p.taken_at, p.told, s.domain, s.key_id, s.key_wrapped
  from {PHOTOS} p join {TABLE} s on s.id = p.submission_id
 where p.submission_id = %s and p.name = %s for update of p
"""
#: The content goes as bytes: as text it is twice as long, and read twice.
_PHOTO_TAKEN = f"update {PHOTOS} set content_sealed = %b, size = %s, taken_at = %s, told = %s where id = %s"


def photo_take(*, submission_id: UUID, name: str, content: bytes, by: Actor, now: datetime) -> bool | Refusal:
    """
    Store a photo that own answers name, without what says where and with what it was made; True when it is new.

    The same photo again is known; another one under its name is refused. Runs in the caller's transaction.
    """
    row = prepared.one(_PHOTO, [submission_id, name])
    if row is None:
        return refuse("media_unknown")
    photo_id, taken_at, told_before, domain, key_id, key_wrapped = row
    cleaned = photo_cleaned(content)
    if isinstance(cleaned, Refusal):
        return cleaned
    try:
        told, sealer = _told(domain, cleaned), governance.sealer(domain)
    except KeyMissing:
        return refuse("order_inactive")
    if taken_at is not None:
        return False if bytes(told_before or b"") == told else refuse("submission_differs")
    key = sealer.unwrap(key_id, key_wrapped)
    sealed = sealer.seal_part(key, cleaned, place=photo_place(photo_id))
    prepared.carry_out(_PHOTO_TAKEN, [sealed, len(cleaned), now, told, photo_id])
    return True


def photo_place(photo_id: UUID) -> bytes:
    """Return what a photo's content is bound to, so that no other one can stand in for it."""
    return f"{PHOTOS}\x1fcontent_sealed\x1f{photo_id}".encode()
