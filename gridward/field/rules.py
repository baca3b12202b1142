"""Owns what a device may be: how long it lasts, why it ends, how it proves that it is the one enrolled. Pure."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse

#: A code stands on a screen while two people stand before it.
CODE_LASTS = timedelta(minutes=10)
#: A phone that nobody enrols anew within this time ends by itself.
DEVICE_LASTS = timedelta(days=30)
#: Longer than a shift with the night before it: what a phone that hears nothing may keep.
KEPT_UNHEARD = timedelta(hours=24)
#: How far the clock of a phone that was told the time may be off when it signs.
PROOF_SLACK = timedelta(minutes=5)
#: What a phone sends at once; the next ones follow.
MOST_RECORDS = 50
MOST_SUBMISSIONS = 20
#: How many households a phone with ODK Collect asks about at once; an address holds no more.
MOST_ASKED_OVER = 200
MOST_KEY = 400
#: What a phone's clock makes older than this is as old as this.
OLDEST = timedelta(days=366)
SIGNATURE_BYTES = 64

#: Why a centre ends a device. `replaced` is said by the house itself.
ENDS: Mapping[str, Text] = {"lost": _("Lost or stolen"), "returned": _("Given back")}
ENDS_SAID: Mapping[str, Text] = {**ENDS, "replaced": _("Another phone was enrolled")}

declare(
    {
        "enrolment_unknown": Problem(
            404,
            _("This code is not valid any more."),
            _("A code works once, for ten minutes. Ask your centre for a new one."),
        ),
        "device_key_wrong": Problem(
            422, _("This phone sent no key that can be used."), _("Try again with an up-to-date browser.")
        ),
        "device_proof": Problem(
            401,
            _("This request was not signed by the phone that was enrolled."),
            _("Check the clock of the phone and try again. If it stays so, enrol the phone anew."),
        ),
        "device_end_reason": Problem(422, _("Say why the phone is ended."), _("Choose one from the list.")),
        "cursor_wrong": Problem(
            422, _("What the phone says it holds cannot be read."), _("Ask again without it.")
        ),
    }
)


def secret_hash(secret: str) -> bytes:
    """Return what is kept of a code or a token."""
    return hashlib.sha256(secret.encode()).digest()


def key_of(said: str) -> bytes | Refusal:
    """Return a public key (base64 of a P-256 key's SPKI) as it is kept, or refuse anything else."""
    try:
        der = base64.b64decode(said[:MOST_KEY], validate=True)
        key = load_der_public_key(der)
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        return refuse("device_key_wrong")
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        return refuse("device_key_wrong")
    return der


def proof_fits(
    proof: str, *, method: str, path: str, body: bytes, public_key: bytes, now: datetime
) -> Refusal | None:
    """
    Refuse a request that the enrolled phone did not sign just now.

    `proof` is `<Unix seconds>.<r and s, base64url>`, signed over method, path, moment and the body's SHA-256 (hex),
    each on a line.
    """
    moment, _dot, signature = proof[:200].partition(".")
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
        return refuse("device_proof")
    if abs(datetime.fromtimestamp(int(moment), UTC) - now) > PROOF_SLACK:
        return refuse("device_proof")
    said = "\n".join((method, path, moment, hashlib.sha256(body).hexdigest())).encode()
    key = _key(bytes(public_key))
    try:
        raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
        if len(raw) != SIGNATURE_BYTES or not isinstance(key, EllipticCurvePublicKey):
            return refuse("device_proof")
        half = SIGNATURE_BYTES // 2
        pair = encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))
        key.verify(pair, said, ECDSA(SHA256()))
    except (ValueError, binascii.Error, InvalidSignature):
        return refuse("device_proof")
    return None


@lru_cache(maxsize=4_096)
def _key(public_key: bytes) -> PublicKeyTypes:
    """Return the key of a phone: a phone that works sends again soon."""
    return load_der_public_key(public_key)


def done_at(at: datetime, *, sent_at: datetime, now: datetime) -> datetime:
    """Return when a record was made by the house's clock, whatever the phone's says: so long before it was sent."""
    return now - min(max(sent_at - at, timedelta()), OLDEST)
