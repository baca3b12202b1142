"""
Owns handing out vector tiles from the data directory. Refuses anything but a tile of a published version.

Shapes are not personal, but a city may not want them public: whoever is signed in may see them.
"""

import gzip
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse

from gridward.kernel.endpoint import SIGNED_IN, Answer, Request, endpoint
from gridward.kernel.outcomes import refuse

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
#: A version never changes once published, so a browser need never ask twice.
FOREVER = "private, max-age=31536000, immutable"
ZOOM_MAX = 22
TILES = "tiles"


@endpoint(right=SIGNED_IN)
def tile(request: Request, version: str, z: int, x: int, y: int) -> Answer:
    """Answer with one tile, or with nothing where the city has none; an unknown version does not exist."""
    folder = Path(settings.DATA) / TILES / version
    if z > ZOOM_MAX or max(x, y) >= 1 << z or not folder.is_dir():
        return refuse("not_found")
    try:
        content = (folder / str(z) / str(x) / f"{y}.mvt").read_bytes()
    except FileNotFoundError:
        # A version that was removed just now has no empty tiles: it has none at all.
        empty = HttpResponse(status=204, headers={"Cache-Control": FOREVER})
        return empty if folder.is_dir() else refuse("not_found")
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    if content.startswith(b"\x1f\x8b"):
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
        else:
            content = gzip.decompress(content)
    return HttpResponse(content, content_type=MEDIA_TYPE, headers=headers)
