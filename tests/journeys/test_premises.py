"""Premises come in by the operator's command and are found on the page, by the first characters of name and code."""

import json
import os
import subprocess
import sys

import pytest

from simulator.city.numbers import credit_codes
from tests.journeys.conftest import ROOT, House, Town, Walker

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

HERE, ELSEWHERE = "320102003015001", "320102003011001"
#: One more than fit on a page, of the community that looks; of the other community as many names that begin alike.
SHOPS = 51
KINDS = {"shop": ("便利店", "Shop", "商店"), "pharmacy": ("大药房", "Pharmacy", "药店")}
ROWS = "#premises-rows tbody tr[role=row]:not(.gw-more)"


@pytest.fixture(scope="module")
def codes() -> list[str]:
    """Return valid credit codes, in the order in which the file has them."""
    return [str(code) for code in credit_codes(2 * SHOPS)]


@pytest.fixture(scope="module")
def imported(house: House, codes: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Let the operator bring a file in by a command beside the running house, and return the report."""
    lines = ["credit_code,name,kind,area_code,address"]
    for place, code in enumerate(codes):
        kind = "pharmacy" if place % 10 == 0 else "shop"
        grid = HERE if place < SHOPS else ELSEWHERE
        lines.append(f"{code},旅途{place:03d}号{KINDS[kind][0]},{kind},{grid},珠江路{place + 1}号")
    path = tmp_path_factory.mktemp("premises") / "premises.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return commanded(house, "registry", "premises", str(path))


def commanded(house: House, *words: str) -> dict[str, int]:
    """Run a command on the running house, and return its answer."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("GRIDWARD_", "DATABASE_"))
    }
    clean.pop("DJANGO_SETTINGS_MODULE", None)
    ended = subprocess.run(
        [sys.executable, "-m", "gridward.wiring.cli", *words, "--json"],
        cwd=ROOT, env=clean | {"GRIDWARD_DATA": str(house.data), "LC_ALL": "C.UTF-8"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return dict(json.loads(ended.stdout))


def looked_for(screen: Walker, words: str) -> list[str]:
    """Look for premises by their first characters, and return the lines of the table."""
    screen.page.fill("#q", words)
    screen.page.click("main form[role=search] button")
    screen.page.wait_for_load_state()
    return [" ".join(text.split()) for text in screen.page.locator(ROWS).all_inner_texts()]


SCREENS = [("en", False), ("en", True), ("zh-hans", False), ("zh-hans", True)]


@pytest.mark.parametrize(("language", "phone"), SCREENS)
def test_what_the_operator_imports_is_found_on_the_page(
    town: Town, imported: dict[str, int], codes: list[str], language: str, phone: bool
) -> None:
    name = f"{language}-{'phone' if phone else 'wide'}-premises"
    screen = town.person("community", phone=phone, language=language).open("/premises")
    shop, pharmacy = (kinds[1 if language == "en" else 2] for kinds in KINDS.values())

    assert imported["added"] + imported["unchanged"] == 2 * SHOPS
    screen.shot(name, full=False)

    by_name = looked_for(screen, "旅途01")
    screen.looks_well().shot(f"{name}-by-name")
    assert len(by_name) == 10 and all("旅途01" in line for line in by_name)
    assert pharmacy in by_name[0] and shop in by_name[1]

    by_code = looked_for(screen, codes[7][:17])
    screen.shot(f"{name}-by-code")
    assert [codes[7] in line for line in by_code] == [True]

    assert looked_for(screen, codes[SHOPS]) == [], "another community's are not found"
    screen.looks_well().shot(f"{name}-none")

    assert len(looked_for(screen, "旅途")) == 50
    screen.page.click("#premises-rows .gw-more a")
    screen.page.locator(ROWS).nth(SHOPS - 1).wait_for()
    screen.looks_well()
    assert not screen.page.locator("#premises-rows .gw-more").count()
