"""Owns the door of what a handheld asks: the device that sent a request, by its token and its signature."""

from ninja import Router

from gridward.field import queries, rules
from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import Refusal, Refused, refuse

#: Of the whole room: what is under `/api/v1`.
router = Router()


def proven(request: Request) -> queries.DeviceHead:
    """Return the device that sent this request, or refuse what the enrolled phone did not sign."""
    device = queries.own_device(by=request.actor)
    if device is None:
        raise Refused(refuse("login_required"))
    wrong = rules.proof_fits(
        request.headers.get("Gridward-Proof", ""),
        method=request.method or "",
        path=request.path,
        body=request.body,
        public_key=device.public_key,
        now=request.now,
    )
    if isinstance(wrong, Refusal):
        raise Refused(wrong)
    return device
