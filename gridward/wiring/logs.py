"""Owns how a line of the log looks. Refuses the words of errors: they may quote a row; type and place are enough."""

import logging
import re
import traceback
from types import TracebackType

#: The token of a phone with ODK Collect stands in its addresses; a line that quotes one shows that there was one.
_TOKEN = re.compile(r"(/openrosa/)[^/\s\"'?]+")


class WithoutValues(logging.Formatter):
    """Writes where an error happened and of which type it was, along its chain of causes, and not what it said."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without the token an address holds."""
        return _TOKEN.sub(r"\1…", super().format(record))

    def formatException(  # noqa: N802 — the name is the library's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return the frames and types of an error and of its causes, the first cause first."""
        parts: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            parts.append("".join(traceback.format_tb(error.__traceback__)) + kind)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nled to\n".join(reversed(parts))
