"""
The browser of a test file: only one driver may run at a time in a process.

The driver runs an event loop in the test's thread. While it does, Django keeps its connections elsewhere and nobody
else can start a loop, so it ends with the file.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

#: The shell is the same engine without windows, for half the processor time.
PLACES = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium, for every test of the file that needs one."""
    path = next((place for place in PLACES if Path(place).exists()), None)
    if path is None:
        pytest.fail("Chromium is not installed; `make test` installs it when it may.")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()
