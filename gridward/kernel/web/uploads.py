"""
Owns how much of an upload is read: nothing of what says it is too long, and no more than the limit of what does not.

Django would spool a body of any length before a view is asked. Refuses to look at what is in it.
"""

from collections.abc import Callable
from functools import wraps

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpResponseBase
from django.views.decorators.csrf import csrf_protect

from gridward.kernel.endpoint import Answer, Request, holds_nul
from gridward.kernel.outcomes import Refusal, refuse

MB = 1024 * 1024
#: What a form adds around its file.
FORM_ROOM = MB


class Counting(FileUploadHandler):
    """Lets bytes pass to the handlers behind it until there are too many."""

    def __init__(self, request: Request, limit_mb: int) -> None:
        super().__init__(request)
        self.most = limit_mb * MB
        self.count = 0
        self.is_over = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count what came in; over the limit nothing more is read, and what was spooled is dropped."""
        self.count += len(raw_data)
        if self.count > self.most:
            self.is_over = True
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        """Leave keeping the file to the handlers behind."""
        return None


def bounded(limit_mb: int) -> Callable[[Callable[[Request], HttpResponseBase]], Callable[[Request], Answer]]:
    """
    Wrap a view that takes files in, inside its endpoint: more than so many megabytes are refused with `too_large`.

    The token of the form is checked here, because checking it reads the body. The endpoint must be exempt from
    the check that comes before every view, and told that the view `takes_files`.
    """

    def wrap(view: Callable[[Request], HttpResponseBase]) -> Callable[[Request], Answer]:
        checked = csrf_protect(view)

        @wraps(view)
        def read(request: Request) -> Answer:
            if _said(request) > limit_mb * MB + FORM_ROOM:
                return _too_large(limit_mb)
            counting = Counting(request, limit_mb)
            request.upload_handlers.insert(0, counting)
            names = "".join(file.name or "" for files in request.FILES.lists() for file in files[1])
            if counting.is_over:
                return _too_large(limit_mb)
            return refuse("form_invalid") if holds_nul(names, request.POST) else checked(request)

        return read

    return wrap


def _said(request: Request) -> int:
    """Return how long the body is by its own account; what is no number is left to the parser, which refuses it."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else 0


def _too_large(limit_mb: int) -> Refusal:
    return refuse("too_large", limit=f"{limit_mb} MB")
