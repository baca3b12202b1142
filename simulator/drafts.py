"""
All files or none: what is made is written into a draft folder and moved to its place when all of it is written.

Owns the draft folder. Refuses to touch what else lies in the place.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp


@contextmanager
def all_or_nothing(place: Path, *, last: str = "") -> Iterator[Path]:
    """
    Give a folder to write into; its files come to stand in `place` when the block ends well.

    When it does not (disk full, interrupted), `place` is as it was before, and where there was none there is none.
    The file called `last` arrives last, so that its presence says that all others are there.
    """
    made = [folder for folder in (place, *place.parents) if not folder.exists()]
    place.mkdir(parents=True, exist_ok=True)
    draft = Path(mkdtemp(prefix=".part-", dir=place))
    try:
        yield draft
        _move(draft, place, last)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        for folder in made:
            with suppress(OSError):  # somebody else has put something there meanwhile
                folder.rmdir()
        raise
    shutil.rmtree(draft)


def _move(draft: Path, place: Path, last: str) -> None:
    files = (path for path in draft.rglob("*") if path.is_file())
    for path in sorted(files, key=lambda path: (path.name == last, path)):
        target = place / path.relative_to(draft)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
