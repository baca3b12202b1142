"""
Owns what is kept of a photo: the picture. Where, when and with which device it was made is taken off, and whatever else
stands beside the picture. Refuses to unpack a picture: no byte of it is interpreted further than its parts go.
"""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Problem, Refusal, declare, refuse

MOST_PHOTO: Final = 1024 * 1024
JPEG: Final = b"\xff\xd8"
PNG: Final = b"\x89PNG\r\n\x1a\n"
#: Parts of a JPEG that draw the picture: frames, tables, restarts, the colours' own mark (APP14), JFIF's head (APP0).
_DRAWS: Final = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD, 0xE0, 0xEE})
_NOTES: Final = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB"})
#: JFIF's head is this long when no small picture of the picture stands in it.
_JFIF: Final = 16

declare(
    {
        "photo_wrong": Problem(
            422,
            _("This photo cannot be read."),
            _("Take it again. JPEG and PNG of 1 MB at most are taken in."),
        )
    }
)


def photo_cleaned(content: bytes) -> bytes | Refusal:
    """Return a JPEG or PNG with the picture alone; refuse whatever is none, and more than 1 MB."""
    if len(content) > MOST_PHOTO:
        return refuse("too_large", limit="1 MB")
    if content.startswith(JPEG):
        parts = list(_jpeg(content))
    elif content.startswith(PNG):
        parts = list(_png(content))
    else:
        return refuse("photo_wrong")
    return b"".join(parts) if parts and parts[-1] else refuse("photo_wrong")


def _jpeg(content: bytes) -> Iterator[bytes]:
    """Yield the parts that draw the picture; the last one is empty when the file broke off or held something odd."""
    yield JPEG
    at, drawn = 2, False
    while at + 4 <= len(content) and content[at] == 0xFF:
        kind = content[at + 1]
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if kind == 0xD9 or (kind not in _DRAWS and kind not in _NOTES) or end > len(content):
            break
        if kind == 0xDA:
            end, drawn = _scan_end(content, end), True
        if kind in _DRAWS and not (kind == 0xE0 and end - at > _JFIF + 2):
            yield content[at:end]
        at = end
    yield b"\xff\xd9" if drawn and content[at : at + 2] == b"\xff\xd9" else b""


def _scan_end(content: bytes, start: int) -> int:
    """Return where the drawn lines end: at the next mark that is neither a stuffed FF nor a restart."""
    at = content.find(b"\xff", start)
    while 0 <= at < len(content) - 1 and (content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7):
        at = content.find(b"\xff", at + 2)
    return at if at >= 0 else len(content)


def _png(content: bytes) -> Iterator[bytes]:
    yield PNG
    at, kinds = len(PNG), [b""]
    while at + 12 <= len(content) and kinds[-1] != b"IEND":
        kind = content[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if end > len(content):
            break
        if kind in _CHUNKS:
            yield content[at:end]
        kinds.append(kind)
        at = end
    is_whole = kinds[1:2] == [b"IHDR"] and b"IDAT" in kinds and kinds[-1] == b"IEND"
    if not is_whole:
        yield b""
