"""
Owns people's names as they are typed in China: Chinese, minority names with a dot, and Latin letters.

The sound is 'surname given', toneless pinyin, u with two dots as v, so that 张三丰 and 'Zhang San Feng' sound alike.
Refuses to complete a name: 张先生 is a person with the surname 张 and no given name.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from gridward.country.cn.people import SURNAMES
from gridward.country.cn.script import plain_script
from gridward.country.cn.sounds import COMPOUND_SURNAMES, SOUNDS, SYLLABLES, surname_sound
from gridward.country.cn.text import FOLD
from gridward.country.readings import NameReading

_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\ufa0e-\ufa29\U00020000-\U0003ffff"
_FAST: Final = re.compile("[\u4e00-\u9fff]{2,3}")
_HAS_HAN: Final = re.compile(f"[{_HAN}]")
_NOT_HAN: Final = re.compile(f"[^{_HAN}·]")
_NOT_LATIN: Final = re.compile(r"[^\w' -]|[\d_]")
_NOTE: Final = re.compile(r"[(\[{<【〔《「『〈][^)\]}>】〕》」』〉]*(?:[)\]}>】〕》」』〉]|$)")
_LABEL: Final = re.compile(
    r"^(?:姓名|户主|联系人|租客|租户|房东|业主|居民|家属|本人|name|contact|householder)\s*[:]\s*",
    re.IGNORECASE,
)
_DOTS: Final = {ord(dot): "·" for dot in "•・‧∙⋅．.●﹒･"}
_TITLE_WORDS: Final = (
    "先生|女士|小姐|同志|师傅|老师|阿姨|叔叔|伯伯|大爷|大妈|大姐|大哥|奶奶|爷爷|太太|夫人|医生|护士|警官|经理|主任|"
    "书记|教授|同学|家属"
)
_TITLES: Final = frozenset(_TITLE_WORDS.split("|"))
_LATIN_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mstr", "dr", "prof"})
_LATIN_LAST: Final = _LATIN_TITLES | {"jr", "sr"}
_ABSENT: Final = frozenset(
    {
        *(
            "无",
            "空",
            "不详",
            "不明",
            "未知",
            "无名",
            "无名氏",
            "不知",
            "暂无",
            "未填",
            "未提供",
            "保密",
            "匿名",
        ),
        *("佚名", "本人", "家属", "none", "null", "nan", "n a", "unknown"),
    }
)
# What a list hides is not known: 王*明 and 王某某 are people with the surname 王, not 王明.
_HIDDEN: Final = re.compile(f"(?<=[{_HAN}]) *[*×✕✖○◯□■xX].*", re.DOTALL)
_SOME: Final = re.compile("(?<=.)某.*")
_PINYIN_SURNAMES: Final = frozenset(surname_sound(surname) for surname, _ in SURNAMES) | frozenset(
    COMPOUND_SURNAMES.values()
)


def _untitled(text: str) -> str:
    """Take titles off the end, with their 的 and dots; what is left has at least one character."""
    text = text.rstrip("·")
    while len(text) > 2 and text[-2:] in _TITLES:
        text = text[: -3 if len(text) > 3 and text[-3] == "的" else -2].rstrip("·") or text[0]
    return text


def _chinese(value: str) -> NameReading:
    if "·" in value:
        surname, _, given = value.partition("·")
    elif plain_script(value[:2]) in COMPOUND_SURNAMES:
        surname, given = value[:2], value[2:]
    else:
        surname, given = value[0], value[1:]
    sound = f"{surname_sound(surname)} {given.replace('·', '').translate(SOUNDS)}".strip()
    return NameReading(value, surname, given, sound)


def _latin_sound(words: Sequence[str]) -> str:
    plain = unicodedata.normalize("NFKD", "".join(words).replace("ü", "v"))
    letters = "".join([char for char in plain if char.isalnum()])
    return letters.replace("lyu", "lv").replace("nyu", "nv") if letters[:3] in ("lyu", "nyu") else letters


def _is_pinyin(surname: Sequence[str], given: Sequence[str]) -> bool:
    return _latin_sound(surname) in _PINYIN_SURNAMES and _latin_sound(given)[:2] in _STARTS


def _latin(words: list[str], *, first_is_surname: bool) -> NameReading:
    value = " ".join(words)
    if len(words) == 1:
        return NameReading(value, value, "", _latin_sound(words))
    surname, given = (words[0], words[1:]) if first_is_surname else (words[-1], words[:-1])
    return NameReading(
        value, surname, " ".join(given), f"{_latin_sound([surname])} {_latin_sound(given)}".strip()
    )


_STARTS: Final = frozenset(syllable[:2] for syllable in SYLLABLES)


def _read_latin(text: str) -> NameReading:
    folded = unicodedata.normalize("NFKC", text.replace("·", " ").casefold()).casefold()
    folded = unicodedata.normalize("NFC", folded)
    before, mark, after = folded.partition("," if "," in folded else "/")
    surname, given = _words(before), _words(after)
    if mark and surname and given and not _LATIN_LAST.intersection((surname[-1], given[-1])):
        # The surname stands before the mark; of a foreign one the last word counts, as where there is no mark.
        first_is_surname = _is_pinyin(surname, given)
        words = surname + given if first_is_surname else given + surname
    else:
        words = _words(folded)
        first_is_surname = _is_pinyin(words[:1], words[1:2])
    absent = not words or " ".join(words) in _ABSENT or " ".join(_words(folded)) in _ABSENT
    return NameReading() if absent else _latin(words, first_is_surname=first_is_surname)


def _words(text: str) -> list[str]:
    """Split a Latin name into its words, without the titles before and behind it."""
    words = [word for part in _NOT_LATIN.sub(" ", text).split() if (word := part.strip("'-"))]
    first, last = 0, len(words)
    while last - first > 1 and words[first] in _LATIN_TITLES:
        first += 1
    while last - first > 1 and words[last - 1] in _LATIN_LAST:
        last -= 1
    return words[first:last]


def read_name(text: str) -> NameReading:
    """Read one name; an empty reading if the text holds none."""
    if _FAST.fullmatch(text) and text[1:] not in _TITLES and text not in _ABSENT and "某" not in text:
        return _chinese(text)
    folded = _NOTE.sub(" ", text.translate(FOLD))
    folded = _LABEL.sub("", folded.strip().replace("：", ":"))
    if not _HAS_HAN.search(unicodedata.normalize("NFKC", folded)):
        return _read_latin(folded)
    folded = _HIDDEN.sub("", unicodedata.normalize("NFKC", folded))
    value = _SOME.sub("", _NOT_HAN.sub("", folded.translate(_DOTS)).strip("·"))
    value = re.sub("·+", "·", _untitled(value)).strip("·")
    return NameReading() if value in _ABSENT or not value else _chinese(value)


def read_names(texts: Sequence[str]) -> list[NameReading]:
    """Read a column of names."""
    return [read_name(text) for text in texts]


_SOMEBODY: Final = re.compile(
    f"(?:{'|'.join(surname for surname, _weight in SURNAMES)})[{_HAN}]{{0,2}}"
    f"(?:家(?![园苑属庭乐和具电居])|宅|收|转|{_TITLE_WORDS})"
)


def names_somebody(text: str) -> bool:
    """Tell whether words about a place name a person: a surname, at most two characters, and 家, 收 or a title."""
    return bool(_SOMEBODY.search(plain_script(text)))
