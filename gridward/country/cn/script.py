"""
Owns writing traditional characters as the simplified ones they stand for, one by one, from a table computed once.

Refuses characters that are simplified ones too (乾, 後): what might be meant as it stands is left alone.
"""

from importlib.resources import files
from typing import Final


def _load() -> dict[int, str]:
    lines = files(__package__).joinpath("data", "traditional.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" ", 1) for line in lines if not line.startswith("#")]
    return {ord(char): simplified for simplified, chars in rows for char in chars}


SIMPLIFIED: Final = _load()


def plain_script(text: str) -> str:
    """Write a text in simplified characters; it keeps its length."""
    return text if text.isascii() else text.translate(SIMPLIFIED)
