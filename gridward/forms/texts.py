"""Owns the languages of a form's texts: which of them a reader sees."""

from collections.abc import Mapping

from django.utils.translation import get_language

Texts = Mapping[str, str]
#: Marks of a language in an XLSForm, by the reader's: "中文 (zh)", "English (en)".
MARKS: Mapping[str, tuple[str, ...]] = {
    "zh-hans": ("(zh)", "(zh-hans)", "(zh-cn)", "中文"),
    "zh-hant": ("(zh-hant)", "(zh-tw)", "(zh-hk)", "(zh)", "中文"),
    "en": ("(en)", "english"),
}


def text_of(texts: Texts) -> str:
    """Return a text in the reader's language; another one where the form does not speak it."""
    marks = MARKS.get((get_language() or "en").lower(), ())
    for mark in marks:
        for language, text in texts.items():
            if mark in language.lower():
                return text
    return next(iter(texts.values()), "")
