"""
How the characters of a text file are stored.

Owns the choice between UTF-8, UTF-16 and GB18030 over the whole file. Refuses files stored in two ways at
once: half of their names would be silently wrong.
"""

import codecs
import re
from pathlib import Path
from typing import Final

from gridward.kernel.tabular.codes import TableCode
from gridward.kernel.tabular.model import refuse

_BLOCK: Final = 1024 * 1024
_LINE_MAX: Final = 65_536
_CHINESE: Final = re.compile("[\u3000-\u9fff\uff00-\uffef]")
# Chance makes a line of GB18030 valid UTF-8 now and then, but not with four Chinese characters and nothing
# else.
_SURE_CHARACTERS: Final = 4


def read_encoding(path: Path) -> str:
    """Return the codec the whole file decodes with, or refuse with the line that does not fit."""
    with path.open("rb") as file:
        head = file.read(4)
    if head in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        refuse(TableCode.ENCODING_UNKNOWN)
    for bom, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(bom):
            bad_line = _first_bad_line(path, codec)
            if bad_line:
                refuse(TableCode.ENCODING_BROKEN, line=bad_line)
            return codec
    bad_line = _first_bad_line(path, "utf-8")
    if not bad_line:
        return "utf-8"
    if _has_sure_utf8_line(path):
        refuse(TableCode.ENCODING_MIXED, line=bad_line)
    if _first_bad_line(path, "gb18030"):
        refuse(TableCode.ENCODING_UNKNOWN)
    return "gb18030"


def _first_bad_line(path: Path, codec: str) -> int:
    """Return the number of the first line that does not decode, 0 if all do."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    lines = 1
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            try:
                lines += decoder.decode(block, final=not block).count("\n")
            except UnicodeDecodeError as error:
                good = error.object[: error.start]
                return lines + (good.count(b"\n") if not codec.startswith("utf-16") else 0)
            if not block:
                return 0


def _has_sure_utf8_line(path: Path) -> bool:
    """Tell whether some line is certainly Chinese in UTF-8."""
    with path.open("rb") as file:
        while line := file.readline(_LINE_MAX):
            if line.isascii():
                continue
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            foreign = sum(not character.isascii() for character in text)
            if foreign >= _SURE_CHARACTERS and len(_CHINESE.findall(text)) == foreign:
                return True
    return False
