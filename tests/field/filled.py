"""Forms that are asked in the small street, and answers to them as phones write them."""

import struct
import zlib
from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import as_file, files
from typing import Any
from uuid import UUID, uuid4
from xml.sax.saxutils import escape

from gridward.forms import api as forms
from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.dispatch.desk import Desk
from tests.field.phone import someone, true_time

VERSION = "2026112802"
#: A picture of one grey point with what a camera says beside it: where, when, with what.
_SEGMENT = b"\xff\xe1" + struct.pack(">H", 2 + 42) + b"Exif\0\0GPS 32.06 118.79 maker: some phone ...."[:42]


def published(code: str, *, purpose: str = "case_finding") -> UUID:
    """Have one of the house's own forms asked in the whole city."""
    drafter, publisher = (
        someone("intake_officer", people.city().city),
        someone("city_officer", people.city().city),
    )
    answers = forms.Answers("health", purpose, clock.now() + timedelta(days=20), "")
    with as_file(files("gridward.forms") / "data" / f"{code}.csv") as path, people.acting(drafter):
        report = forms.form_draft(path=path, filename=path.name, answers=answers, by=drafter, now=clock.now())
    assert not isinstance(report, Refusal) and report.form_id, report
    with people.acting(publisher):
        made = forms.form_publish(
            form_id=report.form_id, area_codes=[people.city().city], by=publisher, now=clock.now()
        )
    assert isinstance(made, UUID), made
    return made


def filled(
    code: str, answers: Mapping[str, object], *, instance: UUID | str | None = None, version: str = VERSION
) -> str:
    """Return answers as the XML of a phone; a list repeats its element, a mapping is a group."""
    name = instance or uuid4()
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{code}" version="{version}">{_elements(answers)}'
        f"<orx:meta><orx:instanceID>uuid:{name}</orx:instanceID></orx:meta></data>"
    )


def _elements(answers: Mapping[str, object]) -> str:
    said = []
    for name, value in answers.items():
        for one in value if isinstance(value, list) else [value]:
            inner = _elements(one) if isinstance(one, Mapping) else escape(str(one))
            said.append(f"<{name}>{inner}</{name}>")
    return "".join(said)


def visited(task: Mapping[str, Any], **more: object) -> dict[str, object]:
    """Return the answers of a visit at which everybody was found."""
    said = {"household": task["id"], "result": "done", "outcome": "verified_present", "found_by": "person"}
    return {name: value for name, value in (said | more).items() if value is not None}


def log(**more: object) -> dict[str, object]:
    """Return the answers of a disinfection."""
    said: dict[str, object] = {
        "place": "3栋大堂", "day": clock.now().date() - timedelta(days=1), "begun": "09:30:00.000+08:00",
        "parts": "handles lift", "agent": "chlorine", "milligrams": 300, "method": "wipe", "minutes": 30,
    }  # fmt: skip
    return {name: value for name, value in (said | more).items() if value is not None}


def jpeg(*, notes: bytes = _SEGMENT, picture: bytes = b"\x10\x20\x30") -> bytes:
    """Return a JPEG as far as its parts go: a head, what a camera notes, tables, a frame, a scan."""
    head = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    table = b"\xff\xdb" + struct.pack(">H", 67) + bytes(65)
    frame = b"\xff\xc0" + struct.pack(">H", 11) + b"\x08\0\x01\0\x01\x01\x01\x11\0"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\0\0\x3f\0" + picture + b"\xff\0\xff\xd0\x01"
    return b"\xff\xd8" + head + notes + table + frame + scan + b"\xff\xd9"


def png(*, notes: bytes = b"Location\0 32.06 118.79") -> bytes:
    """Return a PNG of one point, with a note."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"tEXt", notes), (b"IDAT", zlib.compress(b"\0\x80")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    )


def order_over(desk: Desk) -> None:
    """Have the order of the small street ended by whoever signed for it."""
    officer = someone("issuing_officer", people.city().city)
    with true_time(), people.acting(officer):
        ended = governance.order_end(
            order_id=desk.order.id, reason="a drill is over", by=officer, now=clock.now()
        )
    assert not isinstance(ended, Refusal), ended
