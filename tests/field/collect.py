"""A phone with ODK Collect as the house sees it: a token in its addresses, a version in its headers, parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from defusedxml import ElementTree
from django.http import HttpResponse
from django.test import Client

from gridward.field import actions
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.field.phone import someone

BOUNDARY = "one-part-and-another"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
Part = tuple[str, str | None, bytes]


@dataclass
class Collect:
    """A phone; `base` is the address its settings hold."""

    token: str
    headers: dict[str, str] = field(default_factory=lambda: {"X-OpenRosa-Version": "1.0"})
    client: Client = field(default_factory=Client)
    says: str = "collect:abc"

    @property
    def base(self) -> str:
        """Return the address of its server."""
        return f"/openrosa/{self.token}"

    def asks(self, method: str, path: str, **headers: str | None) -> HttpResponse:
        """Ask for something; a header that is None is left out."""
        said = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        kept = {name: value for name, value in said.items() if value is not None}
        return self.client.generic(method, f"{self.base}/{path}", headers=kept)

    def sends(
        self, *parts: Part, kind: str = MULTIPART, body: bytes | None = None, says: str | None = None
    ) -> HttpResponse:
        """Send a body made of these parts, or one as it is."""
        whole = multipart(parts) if body is None else body
        path = f"{self.base}/submission?deviceID={self.says if says is None else says}"
        return self.client.generic("POST", path, whole, content_type=kind, headers=self.headers)


def opened_for(worker: Actor, *, by: Actor | None = None) -> str:
    """Have the worker's community show the settings; return the token in them."""
    centre = by or someone("community_officer", people.city().chengxianjie)
    with people.acting(centre):
        asked = actions.collect_open(handle=worker.handle, by=centre, now=clock.now())
    assert not isinstance(asked, Refusal), asked
    return asked.token


def answers(xml: str | bytes, name: str = "submission.xml") -> Part:
    """Return the part that holds the answers."""
    return ("xml_submission_file", name, xml if isinstance(xml, bytes) else xml.encode())


def multipart(parts: tuple[Part, ...]) -> bytes:
    """Return parts as one body; a part without a file name is a plain field."""
    said = b""
    for name, filename, content in parts:
        named = f'; filename="{filename}"' if filename is not None else ""
        kind = "Content-Type: application/octet-stream\r\n" if filename is not None else ""
        said += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n{kind}\r\n'.encode()
        said += content + b"\r\n"
    return said + f"--{BOUNDARY}--\r\n".encode()


def tree(answer: HttpResponse) -> Any:
    """Return the XML of an answer."""
    return ElementTree.fromstring(answer.content)


def texts(answer: HttpResponse, *, of: str, namespace: str) -> list[Mapping[str, str]]:
    """Return each element `of` a list as a mapping of its children's names to their texts."""
    found = tree(answer).findall(f"{{{namespace}}}{of}")
    return [{child.tag.split("}")[1]: child.text or "" for child in one} for one in found]


def message(answer: HttpResponse) -> str:
    """Return what the phone shows of an OpenRosaResponse."""
    return str(tree(answer)[0].text)
