"""Serves the handheld: the built files of the app, as they are, at an address of its own, so that it works offline."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpResponse

from gridward.kernel.endpoint import PUBLIC, Answer, Request, endpoint
from gridward.kernel.outcomes import refuse

FOLDER = Path(settings.ROOT) / "wiring" / "static" / "handheld"
#: Names with the hash of their content in them never change; everything else is asked for again.
FOREVER, NEVER = "public, max-age=31536000, immutable", "no-cache"


@endpoint(right=PUBLIC)
def handheld(request: Request, name: str = "index.html") -> Answer:
    """Give one file of the app; what is not one of its files does not exist."""
    path = (FOLDER / name).resolve()
    if FOLDER.resolve() not in path.parents or not path.is_file():
        return refuse("not_found")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    kinds = {
        ".webmanifest": "application/manifest+json",
        ".js": "text/javascript",
        ".html": "text/html; charset=utf-8",
    }
    answer: HttpResponse | FileResponse = HttpResponse(path.read_bytes())
    answer["Content-Type"] = kinds.get(path.suffix, kind)
    answer["Cache-Control"] = FOREVER if "/assets/" in f"/{name}" else NEVER
    return answer
