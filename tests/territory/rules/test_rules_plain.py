"""Addresses of the commonest form: a beginning understood once says in each of them what the whole text says."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gridward.territory.rules.names import NameIndex, build_index
from gridward.territory.rules.plain import Plains
from gridward.territory.rules.reading import understand
from tests.examples import examples
from tests.territory.rules.plan_town import CN, HOME, NAMED, index

INDEX = index()
NUMBERED = build_index([(NAMED[code], [name]) for code, (_level, name) in {
    "320102": ("", "玄武区"), "320102003015": ("", "成贤街社区"), "320102003015001": ("", "路273号苑"),
}.items()])  # fmt: skip
WORDS = st.sampled_from((
    "江苏省", "南京市", "南京", "徐州市", "北京市", "玄武区", "玄武", "朝阳区", "江北新区", "秦淮区", "新街口街道",
    "新街口", "成贤街社区居委会", "成贤街社区", "成贤街", "大石桥", "周营村委会", "周营", "新庄社区", "锁金村街道",
    "不知社区", "珠江路", "中山路", "丹凤花园", "成贤街小区", "大石桥小区", "玄武小区", "南京公寓", "东庄组",
    "住址", "路",
))  # fmt: skip
LEADS = st.lists(WORDS, min_size=1, max_size=5).map("".join)
NAMES = st.lists(WORDS, max_size=2).map("".join)
TEXTS = st.tuples(LEADS, NAMES).flatmap(
    lambda parts: st.sampled_from((f"{parts[0]}273号{parts[1]}3幢2单元501室", f"{parts[0]}273号"))
)


@settings(max_examples=examples(500), deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
@example(["玄武区珠江路273号珠江路小区3幢2单元501室"])
@example(["玄武区丹凤花园珠江路273号丹凤花园3幢2单元501室"])
@example(["玄武区珠江路273号苑3幢2单元501室"])
@pytest.mark.parametrize("names", [INDEX, NUMBERED], ids=["the town", "with a number in a name"])
def test_a_beginning_says_what_the_whole_text_says(names: NameIndex, texts: list[str]) -> None:
    plains = Plains(CN, names, HOME)

    for text in texts:
        plain = plains.understand(text)
        if plain is None:
            continue
        whole = understand(text, CN.read_address(text), names, HOME)
        said = plain.understood()
        assert (said.followed, said.alien, said.unread) == (whole.followed, whole.alien, whole.unread)
        assert said.door == whole.door._replace(rest="") or whole.alien
        assert plain.key == CN.address_key(whole.door)


def test_a_beginning_is_understood_once() -> None:
    plains = Plains(CN, INDEX, HOME)

    for number in range(1, 200):
        assert plains.understand(f"玄武区成贤街社区珠江路{number}号天润小区{number}幢1单元101室")

    assert len(plains.beginnings) == len(plains.names) == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("玄武区珠江路273号珠江路小区3幢2单元501室", id="the road stands in the name too"),
        pytest.param("玄武区丹凤路273号丹凤3幢2单元501室", id="the name stands in the beginning"),
        pytest.param("玄武区珠江路273-1号", id="another form"),
    ],
)
def test_what_could_be_mistaken_is_read_whole(text: str) -> None:
    assert Plains(CN, INDEX, HOME).understand(text) is None
