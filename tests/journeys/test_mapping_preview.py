"""The look at a list's columns in a real browser: by keys alone, on a wide screen and on a phone, in two languages."""

from pathlib import Path

import pytest

from gridward.country.api import pack
from tests.journeys.conftest import Town, Walker

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]
CHANNEL = "health-returnees"


def written(folder: Path, seed: int) -> Path:
    """Write a list with headings of its own; everybody on it is invented."""
    country = pack("cn")
    rows = [
        f"{n},赵虚构,{country.synthetic_phone(seed * 100 + n)},南京市玄武区新街口街道成贤街社区珠江路{n}号,无"
        for n in range(1, 9)
    ]
    path = folder / f"look-{seed}.csv"
    path.write_text(
        "\n".join([f"序号,旅客姓名,客人通讯{chr(0x4E00 + seed)},落脚处,备注", *rows]) + "\n", encoding="utf-8"
    )
    return path


def uploaded(officer: Walker, path: Path) -> None:
    page = officer.open("/lists/new").page
    page.select_option("select[name=channel]", CHANNEL)
    if page.locator("select[name=order] option").count() > 1:
        page.select_option("select[name=order]", index=1)
    page.set_input_files("input[type=file]", path)
    page.click("main form button.btn-primary")


@pytest.mark.parametrize(
    ("language", "phone"),
    [("en", False), ("zh-hans", True), ("zh-hans", False), ("en", True)],
    ids=["en-1440", "zh-hans-412", "zh-hans-1440", "en-412"],
)
def test_a_clerk_says_by_keys_alone_which_column_is_what(
    town: Town, tmp_path: Path, language: str, phone: bool
) -> None:
    seed = 1 + int(phone) + 2 * (language == "en")
    officer = town.person("intake", language=language, phone=phone)
    path = written(tmp_path, seed)

    uploaded(officer, path)
    page = officer.page
    page.wait_for_selector("#columns")
    officer.looks_well()
    officer.shot(f"columns-{language}-{412 if phone else 1440}")
    rows = page.locator("[data-mapping-row] select")
    assert [rows.nth(n).input_value() for n in range(5)] == ["", "name", "phone", "address", ""]
    for (
        key
    ) in "jj4jjkk3":  # to the telephone; as an address, which the next column then is not; back, as it was
        page.keyboard.press(key)
    assert [rows.nth(n).input_value() for n in range(5)] == ["", "name", "phone", "", ""]
    page.keyboard.press("j")
    page.keyboard.press("4")
    assert [rows.nth(n).input_value() for n in range(5)] == ["", "name", "phone", "address", ""]
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    rows.nth(3).focus()
    page.keyboard.press("Enter")

    page.wait_for_selector("#count", timeout=60_000)
    assert officer.wrong == []


def test_the_same_headings_again_need_no_look(town: Town, tmp_path: Path) -> None:
    officer = town.person("intake")
    text = written(tmp_path, 1).read_text(encoding="utf-8")
    again = tmp_path / "again.csv"
    again.write_text(text.replace("赵虚构", "钱虚构"), encoding="utf-8")

    uploaded(officer, again)

    officer.page.wait_for_selector("#count", timeout=60_000)
