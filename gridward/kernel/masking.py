"""
Owns values that are masked unless somebody asks for them by name. Refuses to print or store the value.

How a name or a number is masked is the country pack's; here is only the wrapper and the plainest mask.
"""

from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString

STAR = "*"


def mask_keep(text: str, head: int = 0, tail: int = 0) -> str:
    """Return the text with only its first `head` and last `tail` characters; a short one shows nothing."""
    if len(text) <= head + tail:
        return STAR * len(text)
    return text[:head] + STAR * (len(text) - head - tail) + text[len(text) - tail :]


class Masked:
    """
    A personal value on its way to a page: it shows its mask everywhere, and its content only by `reveal()`.

    It has no equality by content, no JSON and no pickle, so that it does not slip out sideways.
    """

    __slots__ = ("__plain", "__shown")

    def __init__(self, plain: str, shown: str) -> None:
        self.__plain = plain
        self.__shown = shown

    @classmethod
    def keep(cls, plain: str, *, head: int = 0, tail: int = 0) -> "Masked":
        """Wrap a value under the plainest mask."""
        return cls(plain, mask_keep(plain, head, tail))

    def reveal(self) -> str:
        """Return the content. Whoever calls this has recorded in the ledger why."""
        return self.__plain

    #: Without it a template would call `{{ phone.reveal }}` and show the content to everybody.
    reveal.alters_data = True  # type: ignore[attr-defined]  # Django asks the method for it

    def __str__(self) -> str:
        return self.__shown

    def __html__(self) -> SafeString:
        return escape(self.__shown)

    def __repr__(self) -> str:
        return "<Masked>"

    def __bool__(self) -> bool:
        return bool(self.__plain)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("a masked value is not written anywhere")
