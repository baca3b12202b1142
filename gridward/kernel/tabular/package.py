"""
The zip container of a workbook, judged by its directory before anything is unpacked.

Owns the guard against bombs, locks, macros and odd paths. Refuses every container that is not a plain .xlsx.
"""

import struct
import zipfile
from pathlib import Path
from typing import Final

from gridward.kernel.tabular.codes import TableCode
from gridward.kernel.tabular.model import MIB, Limits, RefusedError, TableRefusal, refuse

PARTS_MAX: Final = 2_000
_DIRECTORY_MAX: Final = 2 * MIB
_END_OF_DIRECTORY: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_COMMENT_MAX: Final = 65_535
# Below this size a part may be as repetitive as it likes.
_RATIO_FREE: Final = 4 * MIB
_ENCRYPTED_FLAG: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def open_package(path: Path, limits: Limits) -> zipfile.ZipFile:
    """Return the opened container of a workbook that is safe to read; the caller closes it."""
    _check_directory_size(path)
    package = zipfile.ZipFile(path)
    try:
        _check_parts(package.infolist(), path.stat().st_size, limits)
        _check_kind({part.filename for part in package.infolist()})
    except BaseException:
        package.close()
        raise
    return package


def package_checked(path: Path, limits: Limits) -> TableRefusal | None:
    """Return why a workbook is not opened at all, None when another reader may open it. Never raises."""
    try:
        open_package(path, limits).close()
    except RefusedError as refused:
        return refused.refusal
    except Exception:
        return TableRefusal(TableCode.DAMAGED)
    return None


def _check_directory_size(path: Path) -> None:
    """Refuse a directory so long that merely listing it would fill the memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _END_SIZE - _COMMENT_MAX))
        tail = file.read()
    start = tail.rfind(_END_OF_DIRECTORY)
    if start < 0 or len(tail) - start < _END_SIZE:
        refuse(TableCode.DAMAGED)
    parts, directory_size = struct.unpack_from("<HL", tail, start + 10)
    # 0xFFFF and 0xFFFFFFFF announce a zip64 directory; no list that people fill in needs one.
    if parts > PARTS_MAX or directory_size > _DIRECTORY_MAX:
        refuse(TableCode.TOO_MANY_PARTS)


def _check_parts(parts: list[zipfile.ZipInfo], file_size: int, limits: Limits) -> None:
    """Refuse containers that unpack too large, hide where they write to, are locked or overlap."""
    if len(parts) > PARTS_MAX:
        refuse(TableCode.TOO_MANY_PARTS)
    for part in parts:
        name = part.orig_filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name or "\x00" in name:
            refuse(TableCode.UNSAFE_ARCHIVE)
        if part.flag_bits & _ENCRYPTED_FLAG:
            refuse(TableCode.ENCRYPTED)
        if part.compress_type not in _METHODS:
            refuse(TableCode.DAMAGED)
        if part.file_size > max(_RATIO_FREE, part.compress_size * limits.ratio_max):
            refuse(TableCode.UNPACKS_TOO_LARGE)
    if sum(part.file_size for part in parts) > limits.unpacked_max:
        refuse(TableCode.UNPACKS_TOO_LARGE)
    if sum(part.compress_size for part in parts) > file_size:
        refuse(TableCode.UNSAFE_ARCHIVE)
    if len({part.filename.lower() for part in parts}) < len(parts):
        refuse(TableCode.UNSAFE_ARCHIVE)


def _check_kind(names: set[str]) -> None:
    """Refuse other documents, macros and links to other workbooks."""
    if "[Content_Types].xml" not in names:
        refuse(TableCode.OTHER_OFFICE if "mimetype" in names else TableCode.ARCHIVE)
    if not any(name.startswith("xl/") for name in names):
        refuse(TableCode.OTHER_OFFICE)
    lowered = {name.lower() for name in names}
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in lowered):
        refuse(TableCode.MACROS)
    if any(name.startswith("xl/externallinks/") for name in lowered):
        refuse(TableCode.EXTERNAL_LINKS)
    if any(name.endswith(".bin") and name.startswith("xl/workbook") for name in lowered):
        refuse(TableCode.OLD_FORMAT)
