"""Names of every kind: compound surnames, names with a dot, Latin letters, both scripts, and names that are hidden."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from gridward.country.api import NameReading, pack
from gridward.country.cn.sounds import COMPOUND_SURNAMES, SURNAME_SOUNDS
from tests.country.hostile import in_no_time

CN = pack("cn")
NOBODY = NameReading()

given_characters = st.sampled_from(CN.given_characters)
surnames = st.sampled_from([surname for surname, _weight in CN.surnames])


# --- surnames -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("surname", COMPOUND_SURNAMES)
def test_a_compound_surname_is_kept_whole(surname: str) -> None:
    reading = CN.read_name(surname + "明")

    assert (reading.surname, reading.given) == (surname, "明")
    assert reading.sound == f"{COMPOUND_SURNAMES[surname]} ming"


@given(surnames, st.lists(given_characters, min_size=1, max_size=2).map("".join))
def test_surname_and_given_name_are_the_name(surname: str, given_name: str) -> None:
    reading = CN.read_name(surname + given_name)

    assert reading.surname + reading.given == reading.value == surname + given_name
    assert reading.surname == surname or reading.surname in COMPOUND_SURNAMES


@pytest.mark.parametrize("surname", [s for s in SURNAME_SOUNDS if lazy_pinyin(s) != [SURNAME_SOUNDS[s]]])
def test_a_surname_with_a_reading_of_its_own_has_it_in_first_place_only(surname: str) -> None:
    first, later = CN.read_name(surname + "明"), CN.read_name("王" + surname)

    assert first.sound == f"{SURNAME_SOUNDS[surname]} ming"
    assert later.sound == f"wang {lazy_pinyin(surname)[0]}"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("张伟", "章炜", True),
        ("李静", "黎晶", True),  # tones are not heard
        ("吕娜", "闾娜", True),
        ("欧阳芳", "歐陽方", True),
        ("单国强", "山国强", True),  # as a surname it is not dan
        ("单国强", "丹国强", False),
        ("李明", "李民", False),  # n and ng are two sounds
        ("王林", "黄林", False),
        ("吕娜", "鲁娜", False),
        ("张小明", "张明", False),  # a dropped character is another name
    ],
)
def test_names_that_are_heard_alike_sound_alike(one: str, other: str, alike: bool) -> None:
    assert (CN.read_name(one).sound == CN.read_name(other).sound) == alike


# --- both scripts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("張偉", "张伟"),
        ("歐陽脩", "欧阳修"),
        ("欧陽修", "欧阳修"),
        ("諸葛亮", "诸葛亮"),
        ("葉麗儀", "叶丽仪"),
        ("蕭錦鴻", "萧锦鸿"),
        ("單國強", "单国强"),
    ],
)
def test_a_name_sounds_alike_in_both_scripts(traditional: str, simplified: str) -> None:
    one, other = CN.read_name(traditional), CN.read_name(simplified)

    assert one.sound == other.sound
    assert len(one.surname) == len(other.surname)
    assert one.value == traditional


# --- names with a dot -----------------------------------------------------------------------------------------------


@given(st.sampled_from("·•・‧∙⋅．.●﹒･"), st.sampled_from(["", " ", "  "]))
def test_every_dot_on_a_keyboard_is_the_same_dot(dot: str, blank: str) -> None:
    reading = CN.read_name(f"阿依古丽{blank}{dot}{blank}买买提")

    assert reading == NameReading("阿依古丽·买买提", "阿依古丽", "买买提", "ayiguli maimaiti")


@pytest.mark.parametrize(
    ("typed", "surname", "given_name"),
    [
        ("迪丽热巴·迪力木拉提", "迪丽热巴", "迪力木拉提"),
        ("阿不都·热合曼·吐尔逊", "阿不都", "热合曼·吐尔逊"),
        ("乌兰·图雅", "乌兰", "图雅"),
        ("·买买提·", "买", "买提"),
        ("扎西··次仁", "扎西", "次仁"),
    ],
)
def test_a_dot_parts_the_name_once(typed: str, surname: str, given_name: str) -> None:
    reading = CN.read_name(typed)

    assert (reading.surname, reading.given) == (surname, given_name)
    assert "·" not in reading.sound


# --- Latin letters --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "ZHANG, Wei",
        "Zhang Wei",
        "ZHANG/WEI",
        "zhang/wei mr",
        "ZHANG/WEI MS",
        "Mr. ZHANG, Wei",
        "ＺＨＡＮＧ／ＷＥＩ",
        "ZHANG  WEI",
    ],
)
def test_a_passport_s_and_a_ticket_s_spelling_sound_like_the_name(typed: str) -> None:
    # 张伟 on three departments' lists; Wei is a surname too, so that only the mark says which is which.
    assert CN.read_name(typed).sound == CN.read_name("张伟").sound
    assert CN.read_name(typed).surname == "zhang"


@pytest.mark.parametrize(
    ("typed", "surname", "given_name"),
    [
        ("OUYANG/XIU", "ouyang", "xiu"),
        ("Xiu Ouyang", "ouyang", "xiu"),
        ("SMITH/JOHN MR", "smith", "john"),
        ("Smith, Li An", "smith", "li an"),
        ("van der Berg, Jan", "berg", "jan van der"),
        ("Jan van der Berg", "berg", "jan van der"),
        ("John Smith Jr.", "smith", "john"),
        ("Dr. Jane O'Neill", "o'neill", "jane"),
        ("Prof Mary-Ann Lee", "lee", "mary-ann"),
        ("Yusuf", "yusuf", ""),
        ("ZHANG/", "zhang", ""),
        ("LYU/BU", "lyu", "bu"),
    ],
)
def test_a_latin_name_says_which_part_is_the_surname(typed: str, surname: str, given_name: str) -> None:
    reading = CN.read_name(typed)

    assert (reading.surname, reading.given) == (surname, given_name)


@pytest.mark.parametrize("typed", ["LYU BU", "Lü Bu", "LV BU", "Lu\u0308 Bu", "lyu, bu"])
def test_the_u_with_two_dots_has_many_spellings_and_one_sound(typed: str) -> None:
    assert CN.read_name(typed).sound == CN.read_name("吕布").sound == "lv bu"


@given(surnames, st.lists(given_characters, min_size=1, max_size=2).map("".join))
def test_a_name_spelled_in_pinyin_sounds_like_itself(surname: str, given_name: str) -> None:
    family, _, own = CN.read_name(surname + given_name).sound.partition(" ")

    for typed in (f"{family} {own}", f"{family.upper()}, {own.title()}", f"{family.upper()}/{own.upper()}"):
        assert CN.read_name(typed).sound == f"{family} {own}", typed


@given(st.sampled_from(["Müller", "Øystein", "Łukasz", "Ñandú", "İbrahim", "Straße", "Δημήτρης", "Иванова"]))
def test_letters_of_other_languages_are_folded_the_same_whichever_way_they_are_stored(name: str) -> None:
    forms = {
        CN.read_name(unicodedata.normalize(form, f"Anna {name}")) for form in ("NFC", "NFD", "NFKC", "NFKD")
    }

    assert len(forms) == 1
    assert forms == {CN.read_name(f"Anna {name}".upper())} or "İ" in name or "ß" in name


# --- what stands beside a name --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "张三丰先生",
        "张三丰（户主）",
        "联系人：张三丰",
        "张三丰,",
        "“张三丰”",
        "1.张三丰",
        "张三丰13812345678",
        "张三丰\n",
        "张 三 丰",
        "张三丰【已搬走】",
        "本人：张三丰老师",
        "\ufeff张三丰",
        "张🙂三丰",
    ],
)
def test_what_is_not_the_name_is_left_out(typed: str) -> None:
    assert CN.read_name(typed) == NameReading("张三丰", "张", "三丰", "zhang sanfeng")


HIDDEN = (
    "王女士 王师傅 王的家属 王先生（父） 户主：王阿姨 王某 王某某 王某先生 王* 王＊明 王×明 王XX 王x明 王○○"
)


@pytest.mark.parametrize("typed", [*HIDDEN.split(), "王 * 明"])
def test_of_a_name_that_is_hidden_only_the_surname_is_known(typed: str) -> None:
    # 王*明 is not 王明, who may live next door.
    assert CN.read_name(typed) == NameReading("王", "王", "", "wang")


def test_a_hidden_compound_surname_is_whole() -> None:
    assert CN.read_name("欧阳某某").surname == CN.read_name("欧阳*").surname == "欧阳"


FILLED = "无 不详 暂无 保密 本人 家属 None NULL nan N/A n/a unknown - ？ *** （空） 123 未知先生"


@pytest.mark.parametrize("typed", [*FILLED.split(), " 无 "])
def test_a_filled_cell_names_nobody(typed: str) -> None:
    assert CN.read_name(typed) == NOBODY
    assert CN.mask_name(typed) == "**"


@pytest.mark.parametrize("typed", ["吴楠", "NAN Wei", "Nan, Wei", "Null Anna", "任本人", "贾家属"])
def test_a_name_that_holds_such_a_word_is_one(typed: str) -> None:
    assert CN.read_name(typed) != NOBODY


WORDS = (
    "张 欧阳 歐陽 某 * x X · • 先生 女士 的 （ ） 户主： 无 家属 本人 Zhang Wei Smith , / Mr jr . ' - n a ü 1"
)
ODDITIES = st.lists(st.sampled_from([*WORDS.split(), " ", "\u200b"]), max_size=7).map("".join)


@given(ODDITIES)
@example("张a某")
@example("张先生·先生")
@example("王先生某")
@example("n/a jr")
@example("Mr,Zhang")
@example("a,n")
def test_whatever_is_put_together_settles_at_once(text: str) -> None:
    reading = CN.read_name(text)

    assert CN.read_name(reading.value).value == reading.value
    assert bool(reading.value) == bool(reading.surname) == bool(reading.sound)
    assert reading.sound == reading.sound.strip().lower()


@given(st.lists(ODDITIES, max_size=4))
def test_a_column_is_its_cells(cells: list[str]) -> None:
    assert CN.read_names(cells) == [CN.read_name(cell) for cell in cells]


@pytest.mark.parametrize(
    "piece",
    ["先生", "的先生", "张", "·", "（", "某", "*", " mr", "mr ", "a/", "a,", "张 ", "1张", "\u200b", "ﷺ"],
)
def test_a_hostile_cell_is_read_in_no_time(piece: str) -> None:
    for text in (piece * 20_000, "x" + piece * 20_000, "张" + piece * 20_000 + "x"):
        with in_no_time():
            reading = CN.read_name(text)
        assert CN.read_name(reading.value).value == reading.value


def test_no_invented_given_name_is_a_title() -> None:
    characters = "".join(CN.given_characters)
    readings = CN.read_names([f"王{one}{other}" for one in characters for other in characters])

    assert {len(reading.given) for reading in readings} == {2}
