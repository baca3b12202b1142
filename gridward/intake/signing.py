"""
Owns how a push is signed and when it is tried again. Pure; refuses the network.

The headers are those of the Standard Webhooks convention, for which receivers find libraries in every language:
`webhook-id` stays the same when a push is tried again, so that a receiver does each once; `webhook-timestamp` is the
moment of this try, and what is older than five minutes is not to be believed; `webhook-signature` is `v1,` and the
base64 of HMAC-SHA256 over `id.timestamp.body`.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

#: How long after each failed try the next one comes; after the last one the push is given up, about two days in all.
PAUSES: Sequence[timedelta] = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 30)),
    *(timedelta(hours=hours) for hours in (2, 6, 12, 24)),
)
#: A push that is under way belongs to one sender this long; if that one dies, another takes it.
LEASE = timedelta(minutes=2)
LONGEST_URL = 500


def secret_of(house_key: str, webhook_id: UUID, version: int) -> str:
    """Return the secret shared with a receiver, as it is shown to it: `whsec_` and base64."""
    return "whsec_" + base64.b64encode(_key(house_key, webhook_id, version)).decode()


def _key(house_key: str, webhook_id: UUID, version: int) -> bytes:
    text = f"webhook|{webhook_id}|{version}"
    return hmac.new(house_key.encode(), text.encode(), hashlib.sha256).digest()


def headers(
    house_key: str, webhook_id: UUID, version: int, *, delivery_id: UUID, at: datetime, body: bytes
) -> dict[str, str]:
    """Return the headers of one try to push."""
    moment = str(int(at.timestamp()))
    signed = b".".join([str(delivery_id).encode(), moment.encode(), body])
    mac = hmac.new(_key(house_key, webhook_id, version), signed, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": str(delivery_id),
        "webhook-timestamp": moment,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


def next_try(attempts: int, now: datetime) -> datetime | None:
    """Return when a push that failed `attempts` times is tried again; None when it is given up."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def may_push_to(url: str, hosts: Sequence[str]) -> bool:
    """
    Tell whether outcomes may be pushed to this address: https, and a host that the city's engineer named.

    Without the second a department's account could make the house ask addresses of its own network. A host named with
    a port is meant with that port only; plain http is taken for the machine itself, for drills.
    """
    try:
        parts = urlsplit(url)
        port, name = parts.port, parts.hostname or ""
    except ValueError:
        return False
    if len(url) > LONGEST_URL or not name or parts.username or parts.password or parts.fragment:
        return False
    if parts.scheme != "https" and not (parts.scheme == "http" and name in ("127.0.0.1", "localhost")):
        return False
    return (f"{name}:{port}" if port else name) in hosts
