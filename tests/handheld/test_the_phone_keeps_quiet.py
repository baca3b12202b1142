"""Who finds the phone, copies it or holds it after its time learns nothing, and whoever works with it is told so."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.handheld.conftest import PIN, Phone
from tests.handheld.fake_house import TOKEN, FakeHouse

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]
#: Everything that lies in the browser, as a thief reads it.
READ = """async () => {
  const answered = asked => new Promise(done => { asked.onsuccess = () => done(asked.result); });
  const db = await answered(indexedDB.open("gridward-handheld"));
  const text = one => {
    if (one instanceof ArrayBuffer || ArrayBuffer.isView(one)) return new TextDecoder().decode(one);
    if (one instanceof CryptoKey || typeof one !== "object") return String(one);
    return Object.values(one ?? {}).map(text).join(" ");
  };
  const all = [];
  for (const shelf of db.objectStoreNames) {
    const store = db.transaction(shelf).objectStore(shelf);
    all.push(...await answered(store.getAllKeys()), ...(await answered(store.getAll())).map(text));
  }
  db.close();
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const kept of await cache.keys()) {
      all.push(kept.url);
      // Programs, as they were built for everybody; of a million digits in them some are a door's.
      if (!kept.url.includes("/handheld/assets/")) all.push(await (await cache.match(kept)).text());
    }
  }
  return all.join("\\n") + JSON.stringify({ ...localStorage, ...sessionStorage });
}"""
KEYS = """async () => {
  const answered = asked => new Promise(done => { asked.onsuccess = () => done(asked.result); });
  const db = await answered(indexedDB.open("gridward-handheld"));
  const lock = await answered(db.transaction("plain").objectStore("plain").get("lock"));
  db.close();
  return Object.values(lock).filter(one => one instanceof CryptoKey).map(one => one.extractable);
}"""


def test_what_lies_on_the_phone_tells_nobody_anything(phone: Phone, house: FakeHouse) -> None:
    with phone.cut():
        phone.records(1).waits(1)
        said = phone.page.evaluate(READ)

    assert "not_home" in said, "the closed lists lie open: this is what lies on the phone"
    for hidden in ("梅园", "赵", "138*", "1403", TOKEN, house.tasks[0]["id"], PIN, "worker-3201"):
        assert hidden not in said
    assert phone.page.evaluate(KEYS) == [False, False], "no key can be read out"


def test_what_is_over_goes_while_the_phone_is_locked_and_what_waits_stays(
    buy: Callable[..., Phone], house: FakeHouse
) -> None:
    house.keeps = timedelta(hours=1)
    phone = buy().enrols().is_ready()
    with phone.cut():
        phone.records(1).waits(1)
        phone.page.clock.install()
        phone.page.clock.set_system_time(house.now() + timedelta(hours=2))
        phone.page.reload()
        phone.opens().waits(1).says("There is no day on this phone.")

    house.keeps = timedelta(hours=20)
    phone.sends().waits(0).goes("#/check").page.wait_for_selector("[data-task]")
    assert len(house.stored) == 1


def test_a_clock_that_once_ran_ahead_takes_no_day_away_for_good(phone: Phone, house: FakeHouse) -> None:
    phone.page.clock.install()
    with phone.cut():
        phone.page.clock.set_system_time(house.now() + timedelta(days=400))
        phone.page.reload()
        phone.opens().says("There is no day on this phone.")

    phone.page.clock.set_system_time(house.now())
    phone.sends().goes("#/check").page.wait_for_selector("[data-task]")
    with phone.cut():
        phone.page.reload()
        phone.opens().page.wait_for_selector("[data-task]")


def test_five_minutes_untouched_lock_the_phone(phone: Phone) -> None:
    phone.page.clock.install()
    phone.page.reload()
    phone.opens().page.wait_for_selector("[data-task]")
    phone.page.clock.fast_forward(4 * 60_000)
    assert phone.page.locator("[data-task]").count()

    phone.page.clock.fast_forward(76_000)

    phone.page.wait_for_selector("#pin")


def test_locking_by_hand_locks_every_tab(phone: Phone) -> None:
    other = phone.has_another_tab()

    phone.goes("#/settings").page.click("#lock")

    phone.page.wait_for_selector("#pin")
    other.wait_for_selector("#pin")


@pytest.mark.parametrize("answer", ["hold", "hold_deny"], ids=["a late yes", "a late no"])
def test_locking_while_the_phone_talks_wipes_nothing(phone: Phone, house: FakeHouse, answer: str) -> None:
    house.faults = [answer]
    phone.records(1).waits(1).goes("#/settings").page.click("#lock")
    phone.page.wait_for_selector("#pin")
    house.released.set()
    phone.page.wait_for_timeout(300)

    phone.opens().waits(0)

    assert list(house.stored.values()) == [1]


def test_the_end_of_a_device_wipes_every_tab(phone: Phone, house: FakeHouse) -> None:
    other = phone.has_another_tab()
    house.standing = "ended"

    phone.sends().says("Your centre has ended it.").looks_well()

    other.wait_for_selector("h1:has-text('This phone is wiped')")
    assert phone.page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    assert phone.page.evaluate("caches.keys()") == []


def test_a_code_refused_says_why_and_without_one_the_way_is_told(buy: Callable[..., Phone]) -> None:
    phone = buy().goes().says("This phone is not enrolled.").looks_well()

    phone.enrols("an-old-code").says("Ask your centre for a new one.").looks_well()


def test_whoever_forgot_the_pin_enrols_anew_with_a_code(phone: Phone, house: FakeHouse) -> None:
    with phone.cut():
        phone.records(1).waits(1)
    phone.page.route("**/api/v1/sync/records", lambda route: route.abort())
    phone.goes("#enrol=a-code-good-once").page.wait_for_selector("#anew")
    phone.looks_well().page.click("#anew")
    phone.says("1 record not sent yet").page.click("[data-yes]")

    phone.page.wait_for_selector("#pin-again")
    phone.page.fill("#pin", "391846")
    phone.page.fill("#pin-again", "391846")
    phone.page.click("button.first")
    phone.is_ready().waits(0)
    phone.page.reload()
    phone.opens("391846").page.wait_for_selector("[data-task]")


@pytest.mark.parametrize("language", ["en-US", "zh-CN", "zh-TW"])
def test_every_screen_fits_and_can_be_used_by_anybody(buy: Callable[..., Phone], language: str) -> None:
    phone = buy(language=language, width=360)
    phone.goes().page.wait_for_selector("h1")
    phone.looks_well().enrols().is_ready().looks_well()
    for large in (False, True):
        for place in ("check", "receive", "report", "settings"):
            phone.goes(f"#/{place}").looks_well()
        phone.goes("#/check").page.locator("[data-task]").nth(3).click()
        phone.page.click("summary")
        phone.looks_well()
        if not large:
            phone.goes("#/settings").page.select_option("#size", "huge")
            phone.page.check("input[type=checkbox]")
    phone.goes("#/settings").page.click("#lock")
    phone.page.wait_for_selector("#pin")
    phone.looks_well()
