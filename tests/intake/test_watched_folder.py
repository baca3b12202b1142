"""The folder a department's machine puts its lists into: taken when complete, told in plain words, never trusted."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake import folders
from gridward.intake.actions import watching
from gridward.intake.folders import Looks
from gridward.intake.models import Batch, Clue
from gridward.kernel import clock, outbox
from gridward.kernel.models import LedgerEntry
from tests import people
from tests.intake.test_receive import HEAD, end

pytestmark = pytest.mark.django_db
STUDENT = ",".join(people.row_about(people.returning_student))
GOOD = f"{HEAD}\n{STUDENT}\n"


@pytest.fixture
def watched(street: governance.OrderView, tmp_path: Path, settings: Any) -> Path:
    """The folder of one channel; nobody has looked into it yet."""
    settings.WATCHED = str(tmp_path / "watched")
    folder = tmp_path / "watched" / "health-list"
    folder.mkdir(parents=True)
    return folder


def put(folder: Path, name: str, text: str | bytes = GOOD) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def look(looks: Looks, times: int = 2) -> int:
    return sum(intake.folders_receive(now=clock.now(), looks=looks) for _ in range(times))


def batches() -> list[Batch]:
    with people.as_owner():
        return list(Batch.objects.order_by("received_at"))


def told(folder: Path, where: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((folder / where).glob("*.txt")))


def leftover(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name not in ("taken", "refused"))


def test_a_complete_file_is_received_as_its_channels_own_and_a_receipt_left(watched: Path) -> None:
    put(watched, "名单.csv")

    assert look(Looks()) == 1
    outbox.drain_all()

    (batch,) = batches()
    assert (batch.state, batch.filename, batch.received_by) == ("resolved", "名单.csv", "channel:health-list")
    receipt = told(watched, "taken")
    assert (
        leftover(watched) == []
        and str(batch.id) in receipt
        and "已收到" in receipt
        and "was received" in receipt
    )
    with people.as_owner():
        assert Clue.objects.count() == 1
        assert LedgerEntry.objects.filter(action="batch.receive", actor="channel:health-list").count() == 1
    assert people.returning_student.phone not in receipt


def test_a_file_that_grows_between_two_looks_is_left_alone(watched: Path) -> None:
    looks = Looks()
    path = put(watched, "a.csv", HEAD)

    assert look(looks, 1) == 0
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{STUDENT}\n")
    assert look(looks, 1) == 0 and leftover(watched) == ["a.csv"]
    assert look(looks, 1) == 1


def test_a_marker_beside_it_says_that_a_file_is_complete(watched: Path) -> None:
    put(watched, "a.csv")
    put(watched, "a.csv.done", "")

    assert look(Looks(), 1) == 1 and leftover(watched) == []


@pytest.mark.parametrize(
    "name", [".a.csv", "a.csv.part", "a.csv.tmp", "a.csv~", "a.csv.crdownload", "a.csv.done"]
)
def test_what_is_still_being_written_is_no_list(name: str, watched: Path) -> None:
    put(watched, name)

    assert look(Looks(), 3) == 0 and leftover(watched) == [name]


def test_the_same_content_under_another_name_is_the_same_list(watched: Path) -> None:
    looks = Looks()
    put(watched, "a.csv")
    look(looks)
    put(watched, "b.csv")
    look(looks)

    assert len(batches()) == 1
    assert "was sent before" in told(watched, "taken")


def test_a_worker_killed_after_the_list_is_committed_takes_it_up_again_once(
    watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(watched, "a.csv")

    def killed(*_given: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(folders.Folder, "take", killed)
        with pytest.raises(KeyboardInterrupt):
            look(Looks())
    assert leftover(watched) == ["a.csv"] and len(batches()) == 1

    look(Looks())

    assert leftover(watched) == [] and len(batches()) == 1


def test_one_file_that_cannot_be_received_stops_no_other(
    watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(watched, "a.csv")
    put(watched, "b.csv", GOOD + "赵无名,,15400000801,\n")
    real = watching.batch_receive

    def fails(**given: Any) -> object:
        if given["filename"] == "a.csv":
            raise RuntimeError
        return real(**given)

    monkeypatch.setattr(watching, "batch_receive", fails)

    assert look(Looks()) == 1
    assert leftover(watched) == ["a.csv"]


REFUSED: dict[str, tuple[str, str | bytes, str]] = {
    "a column that must not come in": ("a.csv", f"{HEAD},民族\n{STUDENT},汉\n", "forbidden_column"),
    "nothing": ("a.csv", "", "table_empty"),
    "a picture": ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(40), "table_image"),
    "no headings": ("a.csv", "1,2\n3,4\n", "table_header_not_found"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_file_lies_beside_a_report_in_plain_words_for_a_day(name: str, watched: Path) -> None:
    filename, content, code = REFUSED[name]
    put(watched, filename, content)

    assert look(Looks()) == 0

    report = told(watched, "refused")
    assert f"({code})" in report and "was refused" in report and "已拒收" in report
    assert leftover(watched) == [] and len(list((watched / "refused").iterdir())) == 2
    assert [one.state for one in batches()] == ["refused"]
    later = clock.now() + timedelta(hours=25)
    intake.folders_receive(now=later, looks=Looks())
    assert list((watched / "refused").iterdir()) == []


def test_without_an_order_nothing_is_taken_and_it_is_said_why(
    watched: Path, street: governance.OrderView
) -> None:
    end(street)
    put(watched, "a.csv")

    assert look(Looks()) == 0

    assert batches() == [] and "(order_inactive)" in told(watched, "refused")


def test_what_is_no_plain_file_is_never_opened(watched: Path, tmp_path: Path) -> None:
    secret = put(tmp_path, "secret.csv")
    (watched / "link.csv").symlink_to(secret)
    (watched / "other.csv").hardlink_to(put(tmp_path, "other.csv"))
    os.mkfifo(watched / "pipe.csv")
    (watched / "folder.csv").mkdir()

    assert look(Looks()) == 0

    assert batches() == [] and told(watched, "refused").count("(no_plain_file)") == 2 * 3
    assert leftover(watched) == ["folder.csv"] and secret.read_text(encoding="utf-8") == GOOD


def test_folders_that_lead_elsewhere_are_not_followed(watched: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    put(elsewhere, "a.csv")
    (watched.parent / "police-list").symlink_to(elsewhere)
    put(watched, "b.csv", GOOD + "赵无名,,15400000801,\n")
    (watched / "taken").symlink_to(elsewhere)

    look(Looks())

    assert leftover(elsewhere) == ["a.csv"], "nothing was taken out of it, nothing written into it"


def test_a_huge_file_is_refused_unread(watched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (watched / "huge.csv").open("wb") as file:
        file.truncate(watching.LIMIT + 1)

    assert look(Looks()) == 0
    assert "(too_large)" in told(watched, "refused") and batches() == []


def test_a_name_is_only_a_name(watched: Path) -> None:
    names = [os.fsdecode(b"\xff\xfe.csv"), "-rf.csv", "a\nb.csv", "x" * 250 + ".csv", "$(id);'.csv"]
    for number, name in enumerate(names):
        put(watched, name, GOOD + f"赵无名,,1540000080{number},\n")

    assert look(Looks()) == len(names)
    assert leftover(watched) == [] and len(batches()) == len(names)
    assert len(list((watched / "taken").iterdir())) == len(names)


def test_two_workers_do_not_take_the_same_folder_at_once(watched: Path) -> None:
    put(watched, "a.csv")
    with folders.folder_of(watched.parent, "health-list") as held:
        assert held is not None
        assert look(Looks()) == 0
    assert look(Looks()) == 1


def test_a_list_that_is_not_sure_waits_for_somebody_and_the_receipt_says_so(watched: Path) -> None:
    put(watched, "a.csv", f"接触者姓名,证件号码,手机号,现住址\n{STUDENT}\n")

    look(Looks())

    assert [one.state for one in batches()] == ["mapping"]
    assert "confirm which of its columns is what" in told(watched, "taken") and leftover(watched) == []


def test_without_folders_there_is_nothing_to_do(street: governance.OrderView) -> None:
    assert house.WATCHED == "" and intake.folders_receive(now=clock.now()) == 0
