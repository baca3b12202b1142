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
_TITLE: Final = re.compile(f"(?<=.)的?(?:{_TITLE_WORDS})$")
_LATIN_TITLE: Final = re.compile(r"^(?:mr|mrs|ms|miss|dr|prof)\b[. ]+(?=\w)")
_ABSENT: Final = frozenset({"无", "空", "不详", "未知", "无名", "无名氏", "不知"})
_PINYIN_SURNAMES: Final = frozenset(surname_sound(surname) for surname, _ in SURNAMES) | frozenset(
    COMPOUND_SURNAMES.values()
)


def _stripped(pattern: re.Pattern[str], text: str) -> str:
    """Take the pattern away as often as it is there."""
    while (shorter := pattern.sub("", text)) != text:
        text = shorter
    return text


def _chinese(value: str) -> NameReading:
    if "·" in value:
        surname, _, given = value.partition("·")
    elif value[:2] in COMPOUND_SURNAMES:
        surname, given = value[:2], value[2:]
    else:
        surname, given = value[0], value[1:]
    sound = f"{surname_sound(surname)} {given.replace('·', '').translate(SOUNDS)}".strip()
    return NameReading(value, surname, given, sound)


def _latin_sound(words: Sequence[str]) -> str:
    plain = unicodedata.normalize("NFKD", "".join(words).replace("ü", "v"))
    letters = "".join([char for char in plain if char.isalnum()])
    return letters.replace("lyu", "lv").replace("nyu", "nv") if letters[:3] in ("lyu", "nyu") else letters


def _latin(value: str) -> NameReading:
    words = value.split(" ")
    if len(words) == 1:
        return NameReading(value, value, "", _latin_sound(words))
    first_is_surname = _latin_sound(words[:1]) in _PINYIN_SURNAMES and _latin_sound(words[1:2])[:2] in _STARTS
    surname, given = (words[0], words[1:]) if first_is_surname else (words[-1], words[:-1])
    return NameReading(
        value, surname, " ".join(given), f"{_latin_sound([surname])} {_latin_sound(given)}".strip()
    )


_STARTS: Final = frozenset(syllable[:2] for syllable in SYLLABLES)


def _read_latin(text: str) -> NameReading:
    folded = unicodedata.normalize("NFKC", text.replace("·", " ").casefold()).casefold()
    folded = unicodedata.normalize("NFC", folded)
    before, comma, after = folded.partition(",")
    if comma and after.strip():
        folded = f"{after} {before}"
    folded = _stripped(_LATIN_TITLE, " ".join(folded.split()))
    words = " ".join(_NOT_LATIN.sub(" ", folded).split()).strip("'- ")
    return _latin(words) if words else NameReading()


def read_name(text: str) -> NameReading:
    """Read one name; an empty reading if the text holds none."""
    if _FAST.fullmatch(text) and text[1:] not in _TITLES and text not in _ABSENT:
        return _chinese(text)
    folded = _NOTE.sub(" ", text.translate(FOLD))
    folded = _LABEL.sub("", folded.strip().replace("：", ":"))
    if not _HAS_HAN.search(unicodedata.normalize("NFKC", folded)):
        return _read_latin(folded)
    value = _NOT_HAN.sub("", unicodedata.normalize("NFKC", folded).translate(_DOTS)).strip("·")
    value = re.sub("·+", "·", _stripped(_TITLE, value)).strip("·")
    return NameReading() if value in _ABSENT or not value else _chinese(value)


def read_names(texts: Sequence[str]) -> list[NameReading]:
    """Read a column of names."""
    return [read_name(text) for text in texts]
