"""
Receives what departments' machines put into their channel's folder, with the same checks as every other list.

A file is deleted only after its list is committed: killed in between, it is received again, and the same content is the
same list. Refuses to choose an order where several are in force.
"""

import logging
import tempfile
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from gridward.governance import api as governance
from gridward.intake.actions.receive import Said, batch_receive, order_of, refusal_record
from gridward.intake.folders import Folder, Looks, Stamp, copied, folder_of, shown
from gridward.intake.inbox import inbox_path
from gridward.intake.models import Channel
from gridward.intake.queries import BatchView
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, Refused, refuse

LIMIT_MB = 64
LIMIT = LIMIT_MB * 1024 * 1024
#: A folder gives up its turn after so many, so that one full folder does not stop the others.
AT_ONCE = 20

log = logging.getLogger(__name__)
_LOOKS = Looks()


def root_of_watched() -> Path:
    """Return the folder in which every channel that is watched has one of its own, called by its code."""
    return Path(settings.WATCHED) if settings.WATCHED else Path(settings.DATA) / "inbox-watched"


def folders_receive(*, now: datetime, looks: Looks = _LOOKS) -> int:
    """Receive every complete file of every channel's folder; return how many lists came in. Needs no transaction."""
    root = root_of_watched()
    if not root.is_dir():
        return 0
    count = 0
    for channel in Channel.objects.order_by("code"):
        if "/" in channel.code or channel.code.startswith("."):
            continue
        try:
            with folder_of(root, channel.code) as folder:
                count += _received(channel, folder, looks, now) if folder else 0
        except OSError:
            # No right to write there, a full disk, a link where receipts go: this folder waits, the others do not.
            log.error("the folder of %s cannot be used", channel.code)
    return count


def _received(channel: Channel, folder: Folder, looks: Looks, now: datetime) -> int:
    folder.sweep(now)
    names = folder.names()
    looks.forget(channel.code, set(names))
    count = 0
    for name in names:
        stamp = folder.stamp(name)
        if stamp is None or not (looks.is_settled(channel.code, name, stamp) or folder.is_marked(name)):
            continue
        try:
            count += _taken(channel, folder, name, stamp)
        except Exception:
            # It stays where it is and is tried again at the next look; what is wrong may quote the file.
            log.error("a file in the folder of %s could not be received", channel.code)
        if count >= AT_ONCE:
            break
    return count


def _taken(channel: Channel, folder: Folder, name: str, stamp: Stamp) -> bool:
    """Receive one file and tell its sender what became of it, in the folder."""
    now = clock.now()
    with folder.opened(name, LIMIT) as file:
        if isinstance(file, str):
            outcome: BatchView | Refusal = (
                refuse("too_large", limit=f"{LIMIT_MB} MB")
                if file == "too_large"
                else refuse("no_plain_file")
            )
        else:
            inbox = inbox_path(UUID(int=0)).parent
            inbox.mkdir(mode=0o700, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=inbox, suffix=Path(shown(name)).suffix[:8]) as kept:
                if copied(file, kept, LIMIT):
                    outcome = _sent(channel, Path(kept.name), shown(name), now)
                else:
                    outcome = refuse("too_large", limit=f"{LIMIT_MB} MB")
    mark = f"{now:%Y%m%d-%H%M%S}-{sha256(name.encode(errors='surrogateescape')).hexdigest()[:6]}"
    if isinstance(outcome, Refusal):
        folder.refuse(name, stamp, _in_words(lambda: _refused(outcome, shown(name))), mark=mark)
        return False
    view = outcome
    folder.take(name, stamp, _in_words(lambda: _receipt(view, shown(name))), mark=mark)
    return True


def _sent(channel: Channel, path: Path, filename: str, now: datetime) -> BatchView | Refusal:
    """Receive a list as the channel's own account, in the scope of the order it can only be sent under."""
    by = Actor(id=None, handle=f"channel:{channel.code}"[:64], role="system", db_role="gridward_job")
    order = order_of(channel, by, now, None)
    if isinstance(order, Refusal):
        with transaction.atomic():
            refusal_record(channel, order, None, by, now)
        return order
    try:
        with governance.job_transaction(order_id=order.id, purpose=channel.purpose):
            return batch_receive(
                channel_code=channel.code,
                path=path,
                filename=filename,
                order_id=order.id,
                by=by,
                now=now,
                said=Said("unsure"),
            )
    except Refused as refused:
        return refused.refusal


def _in_words(said: Callable[[], str]) -> str:
    """Return a report in the language of the house and in English."""
    words = []
    for language in dict.fromkeys((settings.LANGUAGE_CODE, "en")):
        with translation.override(language):
            words.append(said())
    return "\n\n".join(words) + "\n"


def _refused(refusal: Refusal, filename: str) -> str:
    told = _("“%(filename)s” was refused. Nothing of it was kept. This file is deleted within a day.")
    return "\n".join(
        (told % {"filename": filename}, f"{refusal.title} {refusal.advice}", f"({refusal.code})")
    )


def _receipt(batch: BatchView, filename: str) -> str:
    told = _("“%(filename)s” was received as list %(id)s and deleted from this folder.")
    words = [told % {"filename": filename, "id": batch.id}]
    if batch.is_known:
        words.append(_("This list was sent before. Nothing was counted twice."))
    if batch.state == "mapping":
        words.append(
            _("It waits for somebody to confirm which of its columns is what; after a day it is thrown away.")
        )
    return "\n".join(words)
