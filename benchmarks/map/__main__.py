"""
`python -m benchmarks.map [--rounds 5] [--pictures FOLDER]`: measures, prints JSON.

Vector tiles and the yardstick (the same 12,000 grids as one GeoJSON file) take turns in one run, each time in a
fresh browser without cache. Software rendering only, so the figures are those of the weakest screen.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from benchmarks.map.report import Figures, report
from benchmarks.map.serve import serve
from benchmarks.map.site import make_site

CHROMIUMS = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
]
SIZE: ViewportSize = {"width": 1280, "height": 860}
SIGHTS = {
    "city": "",
    "centre": "&bounds=118.66,31.95,118.93,32.14",
    "district": "&bounds=118.74,32.02,118.90,32.11",
}


def chromium() -> str:
    """Say where the browser is; without one there is nothing to measure, and no figure is better than a false one."""
    found = next((place for place in CHROMIUMS if Path(place).exists()), None)
    if found is None:
        raise SystemExit(
            "Chromium is not installed, so nothing was measured: the map's figures need a real browser."
        )
    return found


def visit(browser: Browser, address: str, picture: Path | None = None) -> dict[str, float]:
    """Open the page in a context of its own and wait for its figures."""
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(address)
    try:
        page.wait_for_function("window.figures", timeout=60_000)
        if picture:
            page.screenshot(path=str(picture))
        return dict(page.evaluate("window.figures"))
    except Exception as error:
        raise RuntimeError(f"the page gave no figures: {failures}") from error
    finally:
        context.close()


def measure(rounds: int, pictures: Path | None, *, grids: int = 12_000) -> dict[str, Any]:
    """Run all rounds and return the medians of both ways of serving the map."""
    path = chromium()
    with tempfile.TemporaryDirectory(prefix="bench-map-") as folder, serve(Path(folder)) as root:
        started = time.perf_counter()
        made = make_site(Path(folder), grids=grids)
        made["site_made_s"] = round(time.perf_counter() - started, 1)
        seen: dict[str, list[Figures]] = {"tiles": [], "geojson": []}
        with sync_playwright() as driver:
            for _ in range(rounds):
                for kind, figures in seen.items():
                    browser = driver.chromium.launch(executable_path=path, args=FLAGS)
                    figures.append(visit(browser, f"{root}/page.html?kind={kind}"))
                    browser.close()
            if pictures:
                pictures.mkdir(parents=True, exist_ok=True)
                browser = driver.chromium.launch(executable_path=path, args=FLAGS)
                for name, view in SIGHTS.items():
                    visit(browser, f"{root}/page.html?kind=tiles{view}", pictures / f"{name}.png")
                browser.close()
    return {"viewport": SIZE, **report(seen, made, os.getloadavg()[0])}


def _rounds(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of rounds")
    return int(text)


def main(words: list[str] | None = None) -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.map", description=__doc__)
    parser.add_argument("--rounds", type=_rounds, default=5)
    parser.add_argument("--pictures", type=Path, help="also write pictures of the map into this folder")
    chosen = parser.parse_args(words)
    print(json.dumps(measure(chosen.rounds, chosen.pictures), indent=2))


if __name__ == "__main__":
    main()
