"""What a worker does with a form: opens it, answers, takes a photo, sends."""

import base64
import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, expect

from tests.handheld.conftest import Phone

#: A photo as a telephone makes it: too large by far, and it says where it was taken.
NOISE = """(size) => new Promise(done => {
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size * 0.75 });
  const pen = canvas.getContext("2d");
  let seed = 7;
  for (let x = 0; x < size; x += 4) for (let y = 0; y < size * 0.75; y += 4) {
    seed = (seed * 48271) % 2147483647;
    pen.fillStyle = `rgb(${seed % 256} ${(seed >> 8) % 256} ${(seed >> 16) % 256})`;
    pen.fillRect(x, y, 4, 4);
  }
  done(canvas.toDataURL("image/jpeg", 0.95).split(",")[1]);
})"""
PLACE = b"Exif\x00\x00 GPS 32.0603N 118.7969E"


def a_photo(phone: Phone, size: int = 2000) -> dict[str, Any]:
    """Return a photo with the place in it, as a file to choose."""
    drawn = base64.b64decode(phone.page.evaluate(NOISE, size))
    note = b"\xff\xe1" + (len(PLACE) + 2).to_bytes(2, "big") + PLACE
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": drawn[:2] + note + drawn[2:]}


def question(phone: Phone, path: str) -> Locator:
    """Return the place of a question by its path."""
    return phone.page.locator(f"[data-question='/data/{path}']")


def opened(phone: Phone, code: str = "health_registration", *, door: int = 0, whom: int = 0) -> Phone:
    """Open a form: from Report, or as the n-th household's, about one of its people."""
    if door:
        phone.goes("#/check").page.locator("[data-task]").nth(door - 1).click()
    else:
        phone.goes("#/report")
    phone.page.click(f"[data-form-open={code}]")
    if whom:
        phone.page.locator("[data-whom] a").nth(whom - 1).click()
    phone.page.wait_for_selector(f"form[data-filling={code}]")
    return phone


def registered(phone: Phone, name: str = "赵小梅") -> Phone:
    """Answer what has to be answered of the health registration."""
    question(phone, "name").locator("input").fill(name)
    question(phone, "phone").locator("input").fill("13800001234")
    question(phone, "address").locator("input").fill("梅园新村 3 幢 101")
    question(phone, "contact").locator("input[value=no]").check()
    question(phone, "symptoms").locator("input[value=none]").check()
    return phone


def checked(phone: Phone) -> Phone:
    """Answer what has to be answered of the door check."""
    question(phone, "result").locator("input[value=done]").check()
    question(phone, "things[1]/thing").locator("input").fill("口罩")
    return phone


def photographed(phone: Phone, path: str = "things[1]/shot", size: int = 2000) -> Phone:
    """Take a photo and use it."""
    place = question(phone, path)
    place.locator("input[type=file]").set_input_files(a_photo(phone, size))  # type: ignore[arg-type]
    place.locator("[data-keep]").click()
    expect(place.locator("canvas[data-photo]")).to_be_visible()
    return phone


def sent(phone: Phone) -> Phone:
    """Press "Send", and see that it was written down."""
    phone.page.click("#send-form")
    expect(phone.page.locator("form[data-filling]")).to_have_count(0)
    return phone


def kept(phone: Phone) -> Phone:
    """Wait until the last change is on the disk."""
    phone.page.wait_for_timeout(600)
    return phone


#: What fits where nothing else is said: the field's type -> what is typed. A digit is a word, a number and a code.
TYPED = {"date": "2020-02-20", "time": "09:30", "datetime-local": "2020-02-20T09:30"}


def answered(phone: Phone, answers: Mapping[str, str]) -> set[str]:
    """Answer everything the form asks, whatever it is: `answers` by name, any where there is none; return the paths."""
    found: dict[str, str] = {}
    while fresh := [one for one in _asked(phone) if one not in found]:
        path = fresh[0].removeprefix("/data/")
        found[fresh[0]] = re.sub(r"\[\d+\]", "", path)
        _answer(phone, question(phone, path), answers.get(path.rpartition("/")[2], ""))
    return set(found.values())


def _asked(phone: Phone) -> list[str]:
    return phone.page.eval_on_selector_all("[data-question]", "all => all.map(one => one.dataset.question)")


def _answer(phone: Phone, place: Locator, wanted: str) -> None:
    expect(place.locator(".asked")).not_to_be_empty()
    kind = place.get_attribute("data-kind")
    if place.locator(".given").count():
        return
    if kind == "input":
        field = place.locator("input, textarea")
        field.fill(wanted or TYPED.get(field.get_attribute("type") or "", "7"))
    elif kind == "range":
        place.locator("input").fill(wanted)
    elif kind == "rank":
        place.locator("[data-keep-order]").click()
    elif kind == "upload":
        place.locator("input[type=file]").set_input_files(a_photo(phone, 400))  # type: ignore[arg-type]
        place.locator("[data-keep]").click()
        expect(place.locator("canvas[data-photo]")).to_be_visible()
    elif place.locator("select").count():
        place.locator("select").select_option(wanted or None, index=None if wanted else 1)
    else:
        place.locator(f"input[value='{wanted}']" if wanted else "input").first.check()
