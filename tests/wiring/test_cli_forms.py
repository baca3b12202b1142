"""`gridward forms`, as a person runs it: check, import, publish by somebody else, list, end."""

from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from gridward.kernel import clock
from tests.forms.sheets import asked, csv_of, sheets
from tests.wiring.test_cli_rooms import Street, pytestmark, refused, street

__all__ = ["pytestmark", "street"]  # one is a fixture, the other marks every test here

OWN = Path(str(files("gridward.forms") / "data" / "health_registration.csv"))
SENT = ("--owner", "health", "--purpose", "case_finding", "--until")


def test_a_form_goes_from_a_file_to_the_street_and_ends(street: Street, tmp_path: Path) -> None:
    checked = street.answer("forms", "check", OWN, "--as", "intake")
    assert (checked["code"], checked["questions"], checked["problems"]) == ("health_registration", 12, [])
    until = (clock.now() + timedelta(days=30)).isoformat()

    drafted = street.answer("forms", "import", OWN, *SENT, until, "--as", "intake")
    refused(street.run("forms", "publish", drafted["form_id"], "999999", "--as", "city"), "form_places", 3)
    street.answer("forms", "publish", drafted["form_id"], "3201", "--as", "city")

    (listed,) = street.answer("forms", "list", "--as", "city")
    assert (listed["state"], listed["form_code"]) == ("published", "health_registration")
    again = street.answer("forms", "import", OWN, *SENT, until, "--as", "intake")
    assert again["is_known"] and again["form_id"] == drafted["form_id"]

    street.answer("forms", "end", drafted["form_id"], "--reason", "asked enough", "--as", "city")
    (listed,) = street.answer("forms", "list", "--as", "city")
    assert (listed["state"], listed["end_reason"]) == ("ended", "asked enough")


def test_what_speaks_against_a_form_is_said_line_by_line(street: Street, tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    path.write_bytes(
        csv_of(sheets(asked("belief", **{"label::English (en)": "Religion"}), asked("words", "text")))
    )

    done = street.run("forms", "check", path, "--as", "intake")

    assert done.returncode == 3
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["belief", "words"]


def test_who_may_not_is_told_so(street: Street) -> None:
    refused(street.run("forms", "check", OWN), "forbidden", 3)
    refused(street.run("forms", "list", "--as", "health"), "forbidden", 3)
    refused(street.run("forms", "check", __file__, "--as", "intake"), "form_file_kind", 3)
