"""
Owns words that people write for each other on a screen: short, and without anything that points at a person.

Names cannot be told from other words; numbers can. What looks like a telephone, an identity card, an account or an
address of a machine is refused, in whichever digits it is written. Pure.
"""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Problem, Refusal, declare, refuse

LEAST, MOST = 4, 200
#: From so many digits in a row on, signs between them left out, it may be the number of somebody.
DIGITS = 7
_WRITTEN_OUT = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两", "0012345678911234567892")
#: What stands inside one number; commas and colons stand between two.
_SIGNS = re.compile(r"[\s\-_./()*+~—–]+")
_DATE = re.compile(r"(?<!\d)(19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?!\d)")
_NUMBER = re.compile(rf"\d{{{DIGITS},}}")

declare(
    {
        "words_short": Problem(
            422, _("Say it in at least %(least)s characters."), _("Write what is to be done, in plain words.")
        ),
        "words_personal": Problem(
            422,
            _("This text seems to hold a number or an address of a person."),
            _("Take it out. Who needs it finds it in the task."),
        ),
    }
)


def lint(words: str) -> Refusal | None:
    """Refuse words that are too short to help, and words that hold what looks like somebody's number or address."""
    if len(words.strip()) < LEAST:
        return refuse("words_short", least=LEAST)
    plain = unicodedata.normalize("NFKC", words).translate(_WRITTEN_OUT)
    if "@" in plain or _NUMBER.search(_SIGNS.sub("", _DATE.sub(",", plain))):
        return refuse("words_personal")
    return None


def kept(words: str) -> str:
    """Return words as they are kept: in one line, and no longer than allowed."""
    return " ".join(words.split())[:MOST]
