"""Any change of any line that leaves this house is found, and nothing that is no change is."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from gridward.kernel.ledger.heads import HeadSigner, head_bytes
from gridward_verify.__main__ import main, verify
from gridward_verify.heads import Unusable
from gridward_verify.report import Report
from tests.examples import examples
from tests.verify.forge import MINUTE, START, Ledger, Seal

SIZE, SIGNED = 24, 20  # two signed heads, and four entries behind the last
SIGNER = HeadSigner(Ed25519PrivateKey.generate())
OFTEN = settings(max_examples=examples(70), deadline=None)
SUITE = st.sampled_from(["aes", "gm"])
SIGNED_PLACE = st.integers(0, SIGNED - 1)
PLACE = st.integers(0, SIZE - 1)


@contextmanager
def honest(suite: str = "aes") -> Iterator[Ledger]:
    with TemporaryDirectory() as folder:
        yield Ledger(Path(folder), suite=suite, signer=SIGNER).grow(SIZE)


def checked(
    ledger: Ledger, *, mirror: bool = False, rewrite: Callable[[dict[str, Path]], None] | None = None
) -> Report:
    paths = ledger.write()
    if rewrite:
        rewrite(paths)
    return verify(paths["ledger"], paths["heads"], [paths["key"]], [paths["mirror"]] if mirror else [])


def meaning(line: bytes) -> object:
    """What a line says, whatever spaces and letter case its digits are written in."""
    try:
        body = json.loads(line)
        body["entry_hash"], body["chain_hash"] = body["entry_hash"].lower(), body["chain_hash"].lower()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return body


@OFTEN
@given(SUITE, PLACE, st.data())
def test_any_bytes_changed_in_any_line_are_found_unless_it_still_says_the_same(
    suite: str, place: int, data: st.DataObject
) -> None:
    with honest(suite) as ledger:
        paths = ledger.write()
        lines = paths["ledger"].read_bytes().splitlines(keepends=True)
        line = lines[place + 1]
        at = data.draw(st.integers(0, len(line) - 2))
        piece = data.draw(
            st.binary(min_size=1, max_size=3).filter(lambda b: b"\n" not in b and b"\r" not in b)
        )
        changed = line[:at] + piece + line[at + len(piece) :].lstrip(b"\n")
        changed = changed.rstrip(b"\n") + b"\n"
        lines[place + 1] = changed
        paths["ledger"].write_bytes(b"".join(lines))

        report = verify(paths["ledger"], paths["heads"], [paths["key"]])

    assert report.sound is (meaning(changed) == meaning(line))


@OFTEN
@given(SUITE, st.permutations(range(SIZE)))
def test_any_other_order_is_found(suite: str, order: list[int]) -> None:
    with honest(suite) as ledger:
        ledger.seals = [ledger.seals[index] for index in order]

        assert checked(ledger).sound is (order == list(range(SIZE)))


@OFTEN
@given(st.sets(PLACE, min_size=1))
def test_any_rows_taken_out_are_found_by_the_gap_they_leave(gone: set[int]) -> None:
    with honest() as ledger:
        ledger.seals = [seal for index, seal in enumerate(ledger.seals) if index not in gone]

        counts = checked(ledger).counts

    # Cut off behind the last head nothing vouches for them but the export's own promise, which was rewritten too.
    tail = set(range(min(gone), SIZE)) == gone
    left = [-1, *sorted(set(range(SIZE)) - gone)]
    gaps = sum(after - before > 1 for before, after in pairwise(left))
    assert counts["deleted"] == gaps
    assert counts["broken_chain"] == 0, "one break is one finding"
    assert bool(counts) is not (tail and min(gone) >= SIGNED)


@OFTEN
@given(
    SIGNED_PLACE,
    st.lists(st.sampled_from([3, 4, 10, 11, 12]), min_size=1, max_size=3, unique=True),
    st.booleans(),
)
def test_a_ledger_rewritten_to_its_end_contradicts_every_head_from_there_on(
    place: int, fields: list[int], signs: bool
) -> None:
    with honest() as ledger:
        for index in fields:
            ledger.seals[place].fields[index] += "x"
        ledger.chain_anew(HeadSigner(Ed25519PrivateKey.generate()) if signs else None)
        heads_behind = sum(head["position"] > place for head in ledger.mirror)

        counts = checked(ledger).counts
        kept = checked(ledger, mirror=True).counts

    assert counts["foreign_key" if signs else "rewritten"] == (2 if signs else heads_behind)
    assert kept["rewritten"] >= heads_behind >= 1


@OFTEN
@given(SIGNED_PLACE)
def test_a_fork_grown_from_any_place_is_found_by_the_first_head_behind_it(place: int) -> None:
    with honest() as ledger:
        del ledger.seals[place:]
        for number in range(place + 1, SIZE + 1):
            ledger.append([*ledger.entry(number)[:10], "refused", "", "{}"])

        counts = checked(ledger).counts

    assert counts["rewritten"] == sum(head["position"] > place for head in ledger.heads)


@OFTEN
@given(SUITE, st.booleans(), st.sampled_from(["\n", "\r\n"]), st.integers(0, 3))
def test_a_tool_that_writes_the_same_differently_does_no_harm(
    suite: str, ascii_only: bool, end: str, spaces: int
) -> None:
    with honest(suite) as ledger:

        def rewrite(paths: dict[str, Path]) -> None:
            for name in ("ledger", "heads"):
                lines = paths[name].read_text("utf-8").splitlines()
                separators = ("," + " " * spaces, ":" + " " * spaces)
                again = [
                    json.dumps(json.loads(line), ensure_ascii=ascii_only, separators=separators)
                    for line in lines
                ]
                paths[name].write_bytes("".join(line + end for line in again).encode())

        report = checked(ledger, rewrite=rewrite)

    assert report.counts == {}
    assert report.signed_up_to == SIGNED


@settings(max_examples=examples(40), deadline=None)
@given(st.binary(max_size=300) | st.text('[]{},:"0123ae', max_size=200).map(str.encode))
def test_whatever_stands_in_a_file_the_answer_is_a_report_or_that_it_cannot_be_used(junk: bytes) -> None:
    with honest() as ledger:
        paths = ledger.write()
        honest_bytes = {name: path.read_bytes() for name, path in paths.items()}
        for name in ("ledger", "heads", "mirror"):
            for content in (junk, honest_bytes[name] + junk):
                paths[name].write_bytes(content)
                try:
                    report = verify(paths["ledger"], paths["heads"], [paths["key"]], [paths["mirror"]])
                except Unusable as unusable:
                    assert str(unusable)
                else:
                    assert report.sound or report.findings
            paths[name].write_bytes(honest_bytes[name])


# --- heads ----------------------------------------------------------------------------------------------------------

HEAD_CHANGES = [
    {"position": 0},
    {"position": -1},
    {"position": True},
    {"position": "10"},
    {"position": 10.0},
    {"entry_count": None},
    {"chain_hash": "zz" * 32},
    {"chain_hash": "ab"},
    {"suite": "des"},
    {"at": "yesterday"},
    {"at": 5},
]


@pytest.mark.parametrize("change", HEAD_CHANGES, ids=str)
def test_a_line_that_is_no_head_is_named_and_vouches_for_nothing(
    tmp_path: Path, change: dict[str, object]
) -> None:
    ledger = Ledger(tmp_path, signer=SIGNER).grow(SIZE)
    ledger.heads[0] |= change

    report = checked(ledger)

    assert report.counts == {"unreadable": 1}
    assert report.findings[0].words == "line 1 of heads.jsonl is no head"


@pytest.mark.parametrize(
    "missing", ["suite", "position", "chain_hash", "entry_count", "at", "key_id", "signature"]
)
def test_a_head_without_one_of_its_parts_is_none(tmp_path: Path, missing: str) -> None:
    ledger = Ledger(tmp_path, signer=SIGNER).grow(SIZE)
    del ledger.heads[1][missing]

    assert checked(ledger).counts == {"unreadable": 1}


@pytest.mark.parametrize("signature", ["", "####", "AAAA", "ab" * 64, None, 7])
def test_a_signature_that_is_none_is_found(tmp_path: Path, signature: object) -> None:
    ledger = Ledger(tmp_path, signer=SIGNER).grow(SIZE)
    ledger.heads[1]["signature"] = signature

    assert checked(ledger).counts == {"bad_signature": 1}


def test_a_head_signed_for_more_entries_than_its_place_disagrees_with_itself(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, signer=SIGNER).grow(SIZE)
    ledger.heads[1] = signed_again(ledger, ledger.heads[1] | {"entry_count": 19})

    assert checked(ledger).counts == {"heads_disagree": 1}


def signed_again(ledger: Ledger, head: dict) -> dict:
    body = {name: head[name] for name in ("suite", "position", "chain_hash", "entry_count", "at", "key_id")}
    return head | {"signature": base64.b64encode(ledger.signer.sign(head_bytes(**body))).decode()}


def test_two_stories_signed_with_the_right_key_for_one_place_are_found(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, signer=SIGNER).grow(SIZE)
    ledger.heads.insert(2, signed_again(ledger, ledger.heads[1] | {"chain_hash": "ab" * 32}))

    assert checked(ledger).counts == {"heads_disagree": 1, "rewritten": 1}


def test_heads_out_of_order_are_found(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, signer=SIGNER).grow(SIZE)
    ledger.heads.reverse()

    assert checked(ledger).counts == {"heads_disagree": 1, "wrong_clock": 1}


def test_heads_that_name_two_hash_functions_are_found(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, signer=SIGNER).grow(SIZE)
    ledger.heads[0] = signed_again(ledger, ledger.heads[0] | {"suite": "gm"})

    assert checked(ledger).counts == {"heads_disagree": 1}


# --- mirrors --------------------------------------------------------------------------------------------------------


@OFTEN
@given(st.lists(st.booleans(), min_size=2, max_size=2), st.lists(st.booleans(), min_size=2, max_size=2))
def test_a_mirror_may_lack_heads_and_never_hold_more(here: list[bool], there: list[bool]) -> None:
    with honest() as ledger:
        ledger.heads = [head for head, kept in zip(ledger.heads, here, strict=True) if kept]
        ledger.mirror = [head for head, kept in zip(ledger.mirror, there, strict=True) if kept]

        counts = checked(ledger, mirror=True).counts

    missing = sum(theirs and not ours for ours, theirs in zip(here, there, strict=True))
    unsigned = {} if any(here) or any(there) else {"unsigned": 1}
    assert counts == ({"head_missing": missing} if missing else {}) | unsigned


def test_each_of_several_mirrors_is_a_witness_of_its_own(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, signer=SIGNER).grow(SIZE)
    paths = ledger.write()
    second = tmp_path / "second.jsonl"
    second.write_text(paths["mirror"].read_text("utf-8"), "utf-8")
    ledger.heads = ledger.heads[:1]
    del ledger.seals[15:]
    paths = ledger.write()
    paths["mirror"].write_text("", "utf-8")

    report = verify(paths["ledger"], paths["heads"], [paths["key"]], [paths["mirror"], second])

    assert report.counts == {"head_missing": 1, "truncated": 1}
    assert "second.jsonl" in report.findings[0].words


def test_a_head_that_only_a_mirror_holds_vouches_for_the_ledger_too(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, signer=SIGNER).grow(SIZE)
    ledger.heads = ledger.heads[:1]
    ledger.seals[15].fields[11] = "another reason"
    ledger.chain_anew()

    assert checked(ledger).sound, "the one head that is left stands before the change"
    assert checked(ledger, mirror=True).counts == {"head_missing": 1, "rewritten": 1}


# --- times ----------------------------------------------------------------------------------------------------------


@OFTEN
@given(st.integers(-400, 400), st.integers(0, 180))
def test_an_entry_s_time_may_lie_outside_its_heads_by_the_tolerance_and_no_more(
    minutes: int, tolerance: int
) -> None:
    with honest() as ledger:
        fields = ledger.seals[14].fields  # between the heads of minute 10 and minute 20
        fields[1] = (START + minutes * MINUTE).isoformat(timespec="microseconds").replace("+00:00", "Z")
        ledger.chain_anew(SIGNER)
        paths = ledger.write()

        counts = verify(
            paths["ledger"], paths["heads"], [paths["key"]], tolerance=timedelta(minutes=tolerance)
        ).counts

    fits = 10 - tolerance <= minutes <= 20 + tolerance
    assert counts == ({} if fits else {"back_dated": 1})


# --- keys and the command -------------------------------------------------------------------------------------------


def test_a_key_of_another_kind_is_not_pinned(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, signer=SIGNER).grow(10)
    paths = ledger.write()
    rsa = generate_private_key(65537, 2048).public_key()
    paths["key"].write_bytes(rsa.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    with pytest.raises(Unusable, match="no Ed25519 key"):
        verify(paths["ledger"], paths["heads"], [paths["key"]])


@pytest.mark.parametrize("missing", ["ledger", "heads", "key", "mirror"])
def test_a_file_that_is_not_there_is_said_in_one_line(
    tmp_path: Path, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = Ledger(tmp_path, signer=SIGNER).grow(10).write()
    paths[missing].unlink()

    code = main(
        ["--ledger", str(paths["ledger"]), "--heads", str(paths["heads"]), "--public-key", str(paths["key"]),
         "--mirror", str(paths["mirror"])]
    )  # fmt: skip

    printed = capsys.readouterr()
    assert (code, printed.out) == (2, "")
    assert printed.err.startswith("gridward-verify: ") and paths[missing].name in printed.err
    assert printed.err.count("\n") == 1


def test_a_clock_that_may_be_wrong_by_longer_is_said_on_the_command_line(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, signer=SIGNER).grow(30)
    ledger.seals[24].fields[1] = "2026-01-31T05:00:00.000000Z"
    ledger.chain_anew(SIGNER)
    paths = ledger.write()
    files = [
        "--ledger",
        str(paths["ledger"]),
        "--heads",
        str(paths["heads"]),
        "--public-key",
        str(paths["key"]),
    ]

    assert main(files) == 1
    assert main([*files, "--tolerance-seconds", "14400"]) == 0


def test_an_export_that_promises_more_than_it_holds_is_cut_off(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, signer=SIGNER).grow(SIZE)

    def cut(paths: dict[str, Path]) -> None:
        lines = paths["ledger"].read_bytes().splitlines(keepends=True)
        paths["ledger"].write_bytes(b"".join(lines[:-2]))

    report = checked(ledger, rewrite=cut)

    assert report.counts == {"truncated": 1}
    assert report.findings[0].words == "the export promises 24 entries and ends at 22"


def test_a_line_too_long_to_be_an_entry_is_found_and_not_held_in_memory(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, signer=SIGNER).grow(SIZE)
    ledger.seals.append(
        Seal(SIZE + 1, [*ledger.entry(SIZE + 1)[:11], "x" * 200_000, "{}"], bytes(32), bytes(32))
    )

    counts = checked(ledger).counts

    assert set(counts) <= {"unreadable", "truncated"} and counts["unreadable"] >= 1
