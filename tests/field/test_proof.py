"""A phone proves with each request that it is the one enrolled."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridward.field import rules
from gridward.kernel import clock
from gridward.kernel.outcomes import Refusal
from tests.field.phone import Phone, moment, spki

PATH = "/api/v1/sync"
BODY = b'{"held": ""}'


def asked(phone: Phone, proof: str, *, path: str = PATH, body: bytes = BODY, method: str = "POST") -> str:
    wrong = rules.proof_fits(
        proof,
        method=method,
        path=path,
        body=body,
        public_key=base64.b64decode(spki(phone.key)),
        now=moment(12),
    )
    return wrong.code if isinstance(wrong, Refusal) else "ok"


def _later(proof: str) -> str:
    said, _dot, signature = proof.partition(".")
    return f"{int(said) + 1}.{signature}"


WRONG: dict[str, Callable[[Phone], str]] = {
    "nothing": lambda _phone: "",
    "no moment": lambda phone: "." + phone.proof("POST", PATH, BODY, at=moment(12)).partition(".")[2],
    "no signature": lambda phone: phone.proof("POST", PATH, BODY, at=moment(12)).partition(".")[0],
    "another's": lambda _phone: Phone().proof("POST", PATH, BODY, at=moment(12)),
    "another path": lambda phone: phone.proof("POST", PATH + "/records", BODY, at=moment(12)),
    "another method": lambda phone: phone.proof("GET", PATH, BODY, at=moment(12)),
    "another body": lambda phone: phone.proof("POST", PATH, BODY + b" ", at=moment(12)),
    "too old": lambda phone: phone.proof("POST", PATH, BODY, at=moment(12) - timedelta(seconds=301)),
    "too early": lambda phone: phone.proof("POST", PATH, BODY, at=moment(12) + timedelta(seconds=301)),
    "moment changed": lambda phone: _later(phone.proof("POST", PATH, BODY, at=moment(12))),
    "long": lambda phone: phone.proof("POST", PATH, BODY, at=moment(12)) + "A" * 10_000,
    "moment no number": lambda _phone: "٣٣٣.AAAA",
    "moment huge": lambda _phone: "9" * 60 + ".AAAA",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_proof_that_does_not_fit_is_refused(name: str) -> None:
    phone = Phone()

    assert asked(phone, WRONG[name](phone)) == "device_proof"


@pytest.mark.parametrize("off", [-300, -1, 0, 1, 300])
def test_a_phone_whose_clock_is_a_little_off_is_known(off: int) -> None:
    phone = Phone()

    assert asked(phone, phone.proof("POST", PATH, BODY, at=moment(12) + timedelta(seconds=off))) == "ok"


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_whatever_a_proof_says_it_is_refused_in_peace(proof: str) -> None:
    assert asked(Phone(), proof) == "device_proof"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "method_path", [("POST", PATH), ("GET", f"{PATH}/words"), ("POST", f"{PATH}/records")]
)
def test_no_address_of_the_phone_opens_without_it(phone: Phone, method_path: tuple[str, str]) -> None:
    method, path = method_path
    said = {"sent_at": clock.now().isoformat(), "records": [{}]} if path.endswith("records") else {}

    answer = phone.asks(method, path, said, proof="")

    assert (answer.status_code, json.loads(answer.content)["code"]) == (401, "device_proof")
