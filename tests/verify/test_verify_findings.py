"""Whatever an operator does to the ledger, the independent verifier finds it."""

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridward.kernel.ledger import hashing
from gridward.kernel.ledger.heads import HeadSigner
from gridward_verify.__main__ import main, verify
from gridward_verify.heads import Unusable
from tests.verify.forge import MINUTE, START, Ledger


@pytest.fixture(params=["aes", "gm"])
def ledger(request, tmp_path):
    return Ledger(tmp_path, suite=request.param).grow(45)


def found(ledger, *, mirror=False, **options) -> dict[str, int]:
    paths = ledger.write()
    mirrors = [paths["mirror"]] if mirror else []
    return dict(verify(paths["ledger"], paths["heads"], [paths["key"]], mirrors, **options).counts)


def test_an_honest_ledger_is_sound(ledger):
    paths = ledger.write()

    report = verify(paths["ledger"], paths["heads"], [paths["key"]], [paths["mirror"]])

    assert report.sound
    assert (report.entries, report.heads, report.signed_up_to) == (45, 4, 40)
    assert report.notes == ["The last 5 entries are chained but not signed yet."]


@pytest.mark.parametrize("index", [0, 2, 3, 4, 10, 11, 12])
def test_an_edited_field_is_found(ledger, index):
    fields = ledger.seals[6].fields
    fields[index] = 999 if index == 0 else f"{fields[index]}x"

    assert found(ledger) == {"edited": 1}


def test_an_edited_entry_with_a_fitting_hash_breaks_the_chain(ledger):
    seal = ledger.seals[6]
    seal.fields[11] = "another reason"
    seal.entry_hash = hashing.entry_hash(seal.fields, suite=ledger.suite)

    assert found(ledger) == {"broken_chain": 1}


def test_an_edited_entry_chained_anew_to_the_end_contradicts_the_signed_heads(ledger):
    ledger.seals[6].fields[11] = "another reason"
    ledger.chain_anew()

    assert found(ledger) == {"rewritten": 4}


def test_a_deleted_entry_leaves_its_seal(ledger):
    ledger.seals[6].fields = None

    assert found(ledger) == {"deleted": 1}


@pytest.mark.parametrize("positions", [[7], [7, 8, 9], [1], [10]])
def test_deleted_rows_leave_a_gap(ledger, positions):
    ledger.seals = [seal for seal in ledger.seals if seal.position not in positions]

    assert "deleted" in found(ledger)


def test_a_deleted_row_with_the_rest_chained_anew_contradicts_the_signed_heads(ledger):
    del ledger.seals[6]
    ledger.chain_anew()

    assert found(ledger)["rewritten"] == 4


def test_an_inserted_row_with_the_rest_chained_anew_contradicts_the_signed_heads(ledger):
    ledger.seals.insert(6, ledger.seals[5])
    ledger.chain_anew()

    assert found(ledger)["rewritten"] == 4


def test_rows_in_another_order_are_found(ledger):
    ledger.seals[6], ledger.seals[7] = ledger.seals[7], ledger.seals[6]

    assert found(ledger)["reordered"] == 1


def test_entries_swapped_under_their_positions_are_found(ledger):
    one, other = ledger.seals[6], ledger.seals[7]
    one.fields, other.fields = other.fields, one.fields

    assert found(ledger) == {"edited": 2}


def test_entries_and_hashes_swapped_under_their_positions_break_the_chain(ledger):
    one, other = ledger.seals[6], ledger.seals[7]
    one.fields, other.fields = other.fields, one.fields
    one.entry_hash, other.entry_hash = other.entry_hash, one.entry_hash

    assert found(ledger) == {"broken_chain": 2}


def test_a_row_given_twice_is_found(ledger):
    ledger.seals.insert(7, ledger.seals[6])

    assert found(ledger)["reordered"] == 1


def test_a_truncated_tail_is_found_by_the_signed_head(ledger):
    del ledger.seals[35:]

    assert found(ledger) == {"truncated": 1}


def test_an_emptied_ledger_is_found_by_the_signed_head(ledger):
    ledger.seals = []

    assert found(ledger) == {"truncated": 1}


def test_a_truncated_ledger_grown_again_without_the_key_is_found(ledger):
    del ledger.seals[35:]
    for number in range(136, 146):
        ledger.append([*ledger.entry(number - 100)[:11], "something else", "{}"])

    assert found(ledger) == {"rewritten": 1}


def test_truncated_together_with_its_heads_is_found_by_whoever_kept_them(ledger):
    del ledger.seals[25:]
    ledger.heads = ledger.heads[:2]

    assert found(ledger) == {}
    assert found(ledger, mirror=True) == {"head_missing": 2, "truncated": 1}


def test_rewritten_and_signed_again_by_the_operator_is_found_by_whoever_kept_the_heads(ledger):
    ledger.seals[6].fields[11] = "another reason"
    ledger.chain_anew(ledger.signer)

    assert found(ledger) == {}
    assert found(ledger, mirror=True) == {"heads_disagree": 4, "rewritten": 4}


def test_signed_again_with_another_key_is_found_by_the_pinned_one(ledger):
    ledger.seals[6].fields[11] = "another reason"
    ledger.chain_anew(HeadSigner(Ed25519PrivateKey.generate()))

    assert found(ledger) == {"foreign_key": 4, "unsigned": 1}


def test_a_head_that_claims_the_pinned_key_but_was_signed_by_another_is_found(ledger):
    forger = HeadSigner(Ed25519PrivateKey.generate())
    forger.key_id = ledger.signer.key_id
    ledger.heads[-1] = ledger.head(40, START + 40 * MINUTE, forger)

    assert found(ledger) == {"bad_signature": 1}


@pytest.mark.parametrize(
    "change", [{"position": 41}, {"entry_count": 39}, {"at": "2026-01-01T00:00:00.000000Z"}]
)
def test_a_head_changed_after_signing_is_found(ledger, change):
    ledger.heads[1] = ledger.heads[1] | change

    assert found(ledger)["bad_signature"] == 1


def test_a_back_dated_entry_is_found(ledger):
    later = ledger.entry(46)
    later[1] = hashing.timestamp(START - timedelta(days=3))
    ledger.append(later)
    ledger.grow(5)

    assert found(ledger) == {"back_dated": 1}


def test_a_forward_dated_entry_is_found(ledger):
    later = ledger.entry(46)
    later[1] = hashing.timestamp(START + timedelta(days=3))
    ledger.append(later)
    ledger.grow(5)

    assert found(ledger) == {"back_dated": 1}


def test_a_long_transaction_within_the_tolerance_is_no_finding(ledger):
    slow = ledger.entry(46)
    slow[1] = hashing.timestamp(START + 5 * MINUTE)
    ledger.append(slow)
    ledger.grow(5)

    assert found(ledger) == {}
    assert found(ledger, tolerance=timedelta(minutes=10)) == {"back_dated": 1}


def test_heads_whose_clock_ran_back_are_found(ledger):
    ledger.grow(4)
    ledger.sign(START - timedelta(hours=2))

    assert "wrong_clock" in found(ledger)


def test_a_mirror_that_lags_is_a_note_and_no_finding(ledger):
    ledger.mirror = ledger.mirror[:2]

    assert found(ledger, mirror=True) == {}


def test_a_ledger_without_heads_is_not_vouched_for(ledger):
    ledger.heads = []

    assert found(ledger) == {"unsigned": 1}


def test_a_line_nobody_can_read_is_found(ledger):
    paths = ledger.write()
    lines = paths["ledger"].read_bytes().splitlines(keepends=True)
    lines[7] = b'{"position":7,"entry":\n'
    paths["ledger"].write_bytes(b"".join(lines))

    counts = verify(paths["ledger"], paths["heads"], [paths["key"]]).counts

    assert counts == {"unreadable": 1, "deleted": 1}


def test_an_export_reformatted_on_its_way_is_still_sound(ledger):
    paths = ledger.write()
    lines = [json.loads(line) for line in paths["ledger"].read_text("utf-8").splitlines()]
    paths["ledger"].write_text(
        "".join(json.dumps(line, indent=None, ensure_ascii=True) + "\n" for line in lines)
    )

    assert verify(paths["ledger"], paths["heads"], [paths["key"]]).sound


def test_an_old_and_a_new_key_may_both_be_pinned(ledger):
    successor = HeadSigner(Ed25519PrivateKey.generate())
    ledger.sign(START + 45 * MINUTE, successor)
    paths = ledger.write()
    new_key = ledger.directory / "new.pub"
    new_key.write_bytes(successor.public_pem)

    assert verify(paths["ledger"], paths["heads"], [paths["key"], new_key]).sound
    assert verify(paths["ledger"], paths["heads"], [paths["key"]]).counts == {"foreign_key": 1}


@pytest.mark.parametrize(
    "content", [b"", b"[]\n", b'{"format":"other/1","suite":"aes"}\n', b"\xff\n", b"[" * 60_000]
)
def test_what_is_no_export_cannot_be_used(ledger, content):
    paths = ledger.write()
    paths["ledger"].write_bytes(content)

    with pytest.raises(Unusable):
        verify(paths["ledger"], paths["heads"], [paths["key"]])


def run(paths, *more: str) -> int:
    files = [
        "--ledger",
        str(paths["ledger"]),
        "--heads",
        str(paths["heads"]),
        "--public-key",
        str(paths["key"]),
    ]
    return main([*files, *more])


def test_the_command_answers_sound_wrong_and_unusable_by_its_exit_code(ledger, capsys):
    sound = run(ledger.write())
    ledger.seals[6].fields[11] = "another reason"
    wrong = run(ledger.write())
    paths = ledger.write()
    paths["key"].write_text("no key")
    unusable = run(paths)

    assert (sound, wrong, unusable) == (0, 1, 2)
    printed = capsys.readouterr()
    assert "The ledger is sound." in printed.out
    assert "position 7" in printed.out
    assert "no public key" in printed.err


def test_the_command_prints_json_for_programs(ledger, capsys):
    ledger.seals[6].fields = None

    code = run(ledger.write(), "--json")

    report = json.loads(capsys.readouterr().out)
    assert code == 1
    assert report["sound"] is False
    assert report["counts"] == {"deleted": 1}


def test_a_thousand_findings_are_counted_and_twenty_told(tmp_path, capsys):
    ledger = Ledger(tmp_path).grow(1_000)
    for seal in ledger.seals:
        seal.fields[11] = "x"

    code = run(ledger.write())

    printed = capsys.readouterr().out
    assert code == 1
    assert "(edited, 1000)" in printed
    assert "and 980 more" in printed
