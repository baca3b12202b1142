"""The door of governance: what rooms above may call."""

from gridward.governance.actions import (
    STANDING,
    NewGrant,
    domain_destroy,
    domain_open,
    grant_brief,
    grants_end,
    grants_write,
    grants_write_rows,
    job_scope,
    job_transaction,
    order_draft,
    order_end,
    order_sign,
    profiles_install,
)
from gridward.governance.carrying import (
    CarryOverView,
    carry_over_ask,
    carry_over_propose,
    carry_over_sign,
    get_carry_overs,
)
from gridward.governance.extending import extension_sign, order_extend
from gridward.governance.profiles import ProfileView
from gridward.governance.queries import (
    ExtensionView,
    OrderView,
    gate_ask,
    gate_for_actor,
    get_active_orders,
    get_extensions,
    get_order,
    get_orders,
    grant_covers,
    granted_households,
    profile_of,
    profile_standing,
)
from gridward.governance.rules import PURPOSES, Draft, Extension, Purpose
from gridward.kernel.sealing import Sealer, sealer_for

__all__ = [
    "PURPOSES",
    "STANDING",
    "CarryOverView",
    "Draft",
    "Extension",
    "ExtensionView",
    "NewGrant",
    "OrderView",
    "ProfileView",
    "Purpose",
    "Sealer",
    "carry_over_ask",
    "carry_over_propose",
    "carry_over_sign",
    "domain_destroy",
    "domain_open",
    "extension_sign",
    "gate_ask",
    "gate_for_actor",
    "get_active_orders",
    "get_carry_overs",
    "get_extensions",
    "get_order",
    "get_orders",
    "grant_brief",
    "grant_covers",
    "granted_households",
    "grants_end",
    "grants_write",
    "grants_write_rows",
    "job_scope",
    "job_transaction",
    "order_domain",
    "order_draft",
    "order_end",
    "order_extend",
    "order_sign",
    "profile_of",
    "profile_standing",
    "profiles_install",
    "sealer",
]

sealer = sealer_for


def order_domain(order_id: object) -> str:
    """Return the name of an order's key domain."""
    return f"order:{order_id}"
