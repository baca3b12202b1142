"""
Owns how a phone with ODK Collect is spoken to: its headers, its XML, its words when something is refused, and how its
multi-part bodies are read. Refuses to put any of a body on the disk: photos would lie there open.
"""

import re
from collections.abc import Callable
from email.utils import formatdate
from functools import wraps
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from gridward.kernel.endpoint import Answer, Request, endpoint, holds_nul
from gridward.kernel.outcomes import Problem, Refusal, declare, refuse

VERSION: Final = "X-OpenRosa-Version"
#: How much Collect sends at once; a set that is larger comes in several requests.
MOST_BODY: Final = 10 * 1024 * 1024
#: What the parts' heads may add.
ROOM: Final = 64 * 1024
#: A file's name with nothing in it that could lead anywhere.
PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
TEXT_XML: Final = "text/xml; charset=utf-8"
LIST: Final = "http://openrosa.org/xforms/xformsList"
MANIFEST: Final = "http://openrosa.org/xforms/xformsManifest"
#: What the house says by a page, Collect says by a status.
STATUS: Final = {"login_required": 403, "forbidden": 403}

declare(
    {
        "openrosa_version": Problem(
            400,
            _("This address speaks OpenRosa 1.0."),
            _("Use ODK Collect, or another app that says X-OpenRosa-Version: 1.0."),
        ),
        "multipart_wrong": Problem(
            400, _("The parts of this request cannot be read."), _("Send the form again.")
        ),
        "submission_missing": Problem(
            400,
            _("The part xml_submission_file is missing, or came twice."),
            _("Send the answers as this part, and each photo as a part named by its file."),
        ),
        "part_name": Problem(
            400,
            _("A file's name is a plain name: letters, digits, dot, hyphen and underscore, 80 at most."),
            _("Send the form again."),
        ),
        "device_other": Problem(
            403,
            _("This code was given to another phone."),
            _("Ask your centre for a code for this phone."),
        ),
    }
)


def openrosa(
    *, methods: tuple[str, ...] = ("GET",), collects: bool = False, takes_files: bool = False
) -> Callable[[Callable[..., Answer]], Callable[..., HttpResponseBase]]:
    """
    Wrap a view as an address of OpenRosa, inside its endpoint: every answer says the version, refusals are its XML.

    A request that does not say the version is refused before the view is asked.
    """

    def wrap(view: Callable[..., Answer]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def spoken(request: Request, **given: Any) -> Answer:
            if request.headers.get(VERSION, "").strip() != "1.0":
                return refuse("openrosa_version")
            return view(request, **{name: value for name, value in given.items() if name != "token"})

        door = endpoint(right="task.work", methods=methods, collects=collects, takes_files=takes_files)
        opened = door(spoken)

        @csrf_exempt  # the token is in the path, and no browser carries it along by itself
        @wraps(opened)
        def answered(request: Request, **given: Any) -> HttpResponseBase:
            answer = opened(request, **given)
            if request.refusal is not None:
                answer = refused(request.refusal)
            answer[VERSION] = "1.0"
            answer["X-OpenRosa-Accept-Content-Length"] = str(MOST_BODY)
            answer["Date"] = formatdate(usegmt=True)
            return answer

        return answered

    return wrap


def refused(refusal: Refusal) -> HttpResponse:
    """Return a refusal as Collect shows it to the worker."""
    status = STATUS.get(refusal.code, refusal.status)
    return message(f"{refusal.title} {refusal.advice}", nature="error", status=status)


def message(text: str, *, nature: str, status: int) -> HttpResponse:
    """Return an OpenRosaResponse with one message."""
    said = f"<message nature={quoteattr(nature)}>{escape(text)}</message>"
    content = f'<OpenRosaResponse xmlns="http://openrosa.org/http/response">{said}</OpenRosaResponse>'
    return xml(content, status=status)


def xml(content: str, *, status: int = 200) -> HttpResponse:
    """Return XML."""
    return HttpResponse(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{content}', content_type=TEXT_XML, status=status
    )


def element(name: str, text: object) -> str:
    """Return an element with a text in it."""
    return f"<{name}>{escape(str(text))}</{name}>"


class _Part(InMemoryUploadedFile):
    """A file of a body, with its name as it came: Django's own takes the folders off."""

    said_name = ""


class _InMemory(FileUploadHandler):
    """Keeps the files of a body in memory, up to so many bytes in all."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.left = most
        self.is_over = False
        self._kept = BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep a piece; over the limit nothing more is read."""
        self.left -= len(raw_data)
        if self.left < 0:
            self.is_over = True
            raise StopUpload(connection_reset=True)
        self._kept.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        """Return the file."""
        self._kept.seek(0)
        file = _Part(self._kept, self.field_name, "part", self.content_type, file_size, self.charset)
        file.said_name = self.file_name or ""
        return file


class _Plain(MultiPartParser):
    """Reads parts and leaves the names of their files as they came: a path is refused, not mended."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        """Return the name as it came."""
        return file_name


def parts_of(request: Request) -> tuple[bytes, dict[str, bytes]] | Refusal:
    """Return the answers and the photos, by name, of a multi-part body; refuse what is none, or too much."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    if not said.isascii() or not said.isdigit() or int(said) > MOST_BODY + ROOM:
        return refuse("too_large", limit="10 MB")
    if request.content_type != "multipart/form-data":
        return refuse("multipart_wrong")
    keeper = _InMemory(MOST_BODY)
    try:
        fields, files = _Plain(request.META, request, [keeper], "utf-8").parse()
    except (MultiPartParserError, UnicodeDecodeError):
        return refuse("multipart_wrong")
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return refuse("too_large", limit="10 MB")
    if keeper.is_over:
        return refuse("too_large", limit="10 MB")
    if holds_nul("", fields):
        return refuse("form_invalid")
    return _sorted(fields, files)


def _sorted(fields: Any, files: Any) -> tuple[bytes, dict[str, bytes]] | Refusal:
    answers = [one.read() for one in files.getlist("xml_submission_file")]
    answers += [text.encode() for text in fields.getlist("xml_submission_file")]
    if len(answers) != 1:
        return refuse("submission_missing")
    photos: dict[str, bytes] = {}
    for field, several in files.lists():
        for one in several if field != "xml_submission_file" else ():
            if not PLAIN.fullmatch(one.said_name):
                return refuse("part_name")
            photos[one.said_name] = one.read()
    return answers[0], photos
