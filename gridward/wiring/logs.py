"""Owns how a line of the log looks. Refuses the words of errors: they may quote a row; type and place are enough."""

import logging
import traceback
from types import TracebackType


class WithoutValues(logging.Formatter):
    """Writes where an error happened and of which type it was, along its chain of causes, and not what it said."""

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
