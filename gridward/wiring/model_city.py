"""The cast of the model city: departments, channels and demo accounts. Synthetic, and said so on every page."""

from dataclasses import dataclass
from typing import Any

CITY = "3201"
STREET = "320102003"
PASSWORD = "gridward-demo-2020"
ORDER_NUMBER = "演练 2020-%02d"

#: The seventeen departments of the founding report, as a city names them.
AGENCIES = (
    ("health", "卫生健康委员会"), ("transport", "交通运输局"), ("police", "公安局"), ("industry", "工业和信息化局"),
    ("civil_affairs", "民政局"), ("education", "教育局"), ("labour", "人力资源和社会保障局"),
    ("housing", "住房保障和房产局"), ("culture", "文化和旅游局"), ("markets", "市场监督管理局"),
    ("city_management", "城市管理局"), ("commerce", "商务局"), ("medical_insurance", "医疗保障局"), ("customs", "海关"),
    ("agriculture", "农业农村局"), ("justice", "司法局"), ("emergency", "应急管理局"),
)  # fmt: skip

_CHANNELS = (
    ("health-returnees", "health", "返宁人员(卫健委)", "returnee", "P2"),
    ("transport-contacts", "transport", "同乘人员(交通局)", "co_traveller", "P2"),
    ("police-returnees", "police", "来宁人员(公安局)", "returnee", "P3"),
    ("industry-roamers", "industry", "漫游返宁人员(工信局)", "area_traveller", "P3"),
    ("civil-declared", "civil_affairs", "社区申报人员(民政局)", "resident_declared", "P3"),
    ("education-returns", "education", "返校师生(教育局)", "returnee", "P3"),
    ("labour-returns", "labour", "返宁务工人员(人社局)", "returnee", "P3"),
    ("housing-tenants", "housing", "租住人员(房产局)", "returnee", "P3"),
    ("culture-guests", "culture", "住宿人员(文旅局)", "area_traveller", "P2"),
    ("markets-staff", "markets", "返岗人员(市监局)", "enterprise_declared", "P3"),
    ("city-crews", "city_management", "环卫返岗人员(城管局)", "enterprise_declared", "P3"),
    ("commerce-staff", "commerce", "商超人员(商务局)", "enterprise_declared", "P3"),
    ("insurance-visits", "medical_insurance", "发热门诊人员(医保局)", "fever_clinic", "P2"),
    ("customs-arrivals", "customs", "入境人员(海关)", "area_traveller", "P2"),
    ("agriculture-returns", "agriculture", "返乡人员(农业农村局)", "returnee", "P3"),
    ("justice-staff", "justice", "返岗人员(司法局)", "enterprise_declared", "P3"),
    ("emergency-shelters", "emergency", "安置点人员(应急局)", "other", "P3"),
)  # fmt: skip
CHANNELS: tuple[dict[str, Any], ...] = tuple(
    {"code": code, "agency_code": agency, "name": name, "purpose": "case_finding", "clue_kind": kind,
     "priority": priority}
    for code, agency, name, kind, priority in _CHANNELS
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
    #: Whether the demo names it to a newcomer.
    is_named: bool = True


OFFICERS = (
    Officer("operator", "system_operator", "commands on this machine", CITY, signs_in=False),
    Officer("city", "city_officer", "city centre: board, orders", CITY),
    Officer("intake", "intake_officer", "takes in departments' lists", CITY),
    Officer("district", "district_officer", "district centre 玄武区", "320102"),
    Officer("street", "street_officer", "street centre 新街口街道: tasks, review", STREET),
    Officer("community", "community_officer", "community centre 成贤街社区: tasks, release", f"{STREET}015"),
    Officer("supervisor", "supervisor", "supervision of 玄武区: what has risen, checks", "320102"),
    Officer("health", "agency_liaison", "department: outcomes of its own lists", agency="health"),
    Officer("transport", "agency_liaison", "department: outcomes of its own lists", agency="transport"),
    Officer("police", "agency_liaison", "department: outcomes of its own lists", agency="police"),
    Officer("issuer", "issuing_officer", "signs orders for the authority"),
    Officer("privacy", "privacy_officer", "signs orders, reads the ledger"),
    Officer("auditor", "auditor", "reads the ledger"),
    Officer("admin", "system_administrator", "accounts"),
    # A played day reads what comes back to every department.
    *(
        Officer(code, "agency_liaison", "department: outcomes of its own lists", agency=code, is_named=False)
        for code, _name in AGENCIES
        if code not in ("health", "transport", "police")
    ),
)
