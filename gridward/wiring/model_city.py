"""The cast of the model city: departments, channels and demo accounts. Synthetic, and said so on every page."""

from dataclasses import dataclass
from typing import Any

CITY = "3201"
STREET = "320102003"
PASSWORD = "gridward-demo-2020"
ORDER_NUMBER = "演练 2020-%02d"

AGENCIES = (("health", "卫生健康委员会"), ("transport", "交通运输局"), ("police", "公安局"))

CHANNELS: tuple[dict[str, Any], ...] = (
    {"code": "health-returnees", "agency_code": "health", "name": "返宁人员(卫健委)", "purpose": "case_finding",
     "clue_kind": "returnee", "priority": "P2"},
    {"code": "transport-contacts", "agency_code": "transport", "name": "同乘人员(交通局)", "purpose": "case_finding",
     "clue_kind": "co_traveller", "priority": "P2"},
    {"code": "police-returnees", "agency_code": "police", "name": "来宁人员(公安局)", "purpose": "case_finding",
     "clue_kind": "returnee", "priority": "P3"},
)  # fmt: skip


@dataclass(frozen=True)
class Officer:
    """One demo account."""

    handle: str
    role: str
    what: str
    area: str = ""
    agency: str = ""
    signs_in: bool = True


OFFICERS = (
    Officer("operator", "system_operator", "commands on this machine", CITY, signs_in=False),
    Officer("city", "city_officer", "city centre: board, orders", CITY),
    Officer("intake", "intake_officer", "takes in departments' lists", CITY),
    Officer("district", "district_officer", "district centre 玄武区", "320102"),
    Officer("street", "street_officer", "street centre 新街口街道: tasks, review", STREET),
    Officer("community", "community_officer", "community centre 成贤街社区: tasks, release", f"{STREET}015"),
    Officer("health", "agency_liaison", "department: outcomes of its own lists", agency="health"),
    Officer("transport", "agency_liaison", "department: outcomes of its own lists", agency="transport"),
    Officer("police", "agency_liaison", "department: outcomes of its own lists", agency="police"),
    Officer("issuer", "issuing_officer", "signs orders for the authority"),
    Officer("privacy", "privacy_officer", "signs orders, reads the ledger"),
    Officer("auditor", "auditor", "reads the ledger"),
    Officer("admin", "system_administrator", "accounts"),
)
