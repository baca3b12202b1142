"""
Owns the XML of a submission: whether it may be read at all, and reading it into plain elements. Pure.

What comes is hostile until it is read. So it is small, UTF-8, and without document types, entities and instructions
before a parser sees it; the parser is the C one of the standard library, which is told the same again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Problem, Refusal, declare, refuse

MOST_XML: Final = 65_536
DEEPEST: Final = 32
ELEMENTS_MOST: Final = 5_000
#: The id of a submission, as OpenRosa writes it.
_ID: Final = re.compile(r"uuid:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"<\?xml\s[^<>?]*\?>")
_ENCODING: Final = re.compile(r"encoding\s*=\s*[\"'](?!utf-?8[\"'])", re.IGNORECASE)
#: Document types and all they hold, instructions, and characters that no XML may hold.
_REFUSED: Final = re.compile(r"<!(?!--|\[CDATA\[)|<\?|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

declare(
    {
        "submission_too_large": Problem(
            413,
            _("The answers are larger than a form's answers can be."),
            _("Send one form at a time; photos are sent on their own."),
        ),
        "xml_unreadable": Problem(
            400,
            _("The answers cannot be read."),
            _("Send them as the phone's form app writes them."),
        ),
        "submission_unnamed": Problem(
            400,
            _("The answers do not say which they are."),
            _("They need the form's id, and a number of their own: uuid: and a UUID as their instanceID."),
        ),
    }
)


class Element:
    """An element by its name without prefix: its text, and the elements in it."""

    __slots__ = ("children", "name", "text")

    def __init__(self, name: str) -> None:
        self.name = name
        self.text = ""
        self.children: list[Element] = []

    def child(self, name: str) -> "Element | None":
        """Return the first element in it that has this name."""
        return next((one for one in self.children if one.name == name), None)


@dataclass(frozen=True)
class Document:
    """A submission that was read: its root, and the attributes of the root by their names without prefix."""

    root: Element
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class InstanceHead:
    """What a submission says of itself: the form's code and version, and its own id."""

    form_code: str
    version: str
    instance_id: UUID


@dataclass(frozen=True)
class Opened:
    """A submission that was read once: what it says of itself, and its answers."""

    head: InstanceHead
    root: Element


def submission_open(xml: bytes) -> Opened | Refusal:
    """Read a submission and what it says of itself; refuse what cannot be read, or does not say which it is."""
    document = document_read(xml)
    if isinstance(document, Refusal):
        return document
    head = _head_of(document)
    return head if isinstance(head, Refusal) else Opened(head, document.root)


def instance_head(xml: bytes) -> InstanceHead | Refusal:
    """Return what a submission says of itself; refuse what cannot be read."""
    opened = submission_open(xml)
    return opened if isinstance(opened, Refusal) else opened.head


def _head_of(document: Document) -> InstanceHead | Refusal:
    """Return what a submission that was read says of itself."""
    meta = document.root.child("meta")
    said = meta.child("instanceID") if meta else None
    found = _ID.fullmatch(said.text.strip()) if said else None
    code = document.attributes.get("id", "")
    if found is None or not code:
        return refuse("submission_unnamed")
    return InstanceHead(code, document.attributes.get("version", ""), UUID(found[1]))


def document_read(xml: bytes) -> Document | Refusal:
    """Read the XML of a submission; refuse what is too large, is none, or holds what none needs."""
    if len(xml) > MOST_XML:
        return refuse("submission_too_large")
    try:
        text = xml.decode("utf-8-sig")
    except UnicodeDecodeError:
        return refuse("xml_unreadable")
    if declared := _DECLARATION.match(text):
        if _ENCODING.search(declared[0]):
            return refuse("xml_unreadable")
        text = text[declared.end() :]
    if _REFUSED.search(text):
        return refuse("xml_unreadable")
    reader = _Reader()
    try:
        reader.parser.Parse(text, True)
    except (expat.ExpatError, _TooMuch):
        return refuse("xml_unreadable")
    finally:
        reader.parser.StartElementHandler = None  # The parser and its reader hold each other: let go.
        reader.parser.EndElementHandler = None
        reader.parser.CharacterDataHandler = None
    return Document(reader.top.children[0], reader.attributes)


class _TooMuch(Exception):
    """The document is deeper or has more elements than any form's answers."""


class _Reader:
    """Builds the elements while the parser goes through the text."""

    def __init__(self) -> None:
        self.top = Element("")
        self.open = [self.top]
        self.count = 0
        self.attributes: dict[str, str] = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.on_refused
        self.parser.StartElementHandler = self.on_start
        self.parser.EndElementHandler = self.on_end
        self.parser.CharacterDataHandler = self.on_text

    def on_start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if not self.count:
            self.attributes = {
                key.rpartition(":")[2]: value for key, value in attributes.items()
            } | attributes
        self.count += 1
        if self.count > ELEMENTS_MOST or len(self.open) > DEEPEST:
            raise _TooMuch
        element = Element(name.rpartition(":")[2])
        self.open[-1].children.append(element)
        self.open.append(element)

    def on_end(self, _name: str) -> None:
        """End an element."""
        self.open.pop()

    def on_text(self, text: str) -> None:
        """Add text to the element that is open."""
        self.open[-1].text += text

    def on_refused(self, *_said: object) -> None:
        """Refuse a document type: none comes as far as this, and none is read."""
        raise _TooMuch
