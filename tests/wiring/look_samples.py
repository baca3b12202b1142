"""The synthetic content the style guide is looked at with; nothing in it is a real person."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from django import forms

from tests.wiring import look_city

NOW = datetime(2020, 2, 14, 6, 48, tzinfo=UTC)

NAV = [
    ("board", "Board", "态势"),
    ("task", "Tasks", "任务"),
    ("intake", "Clues", "线索核查"),
    ("care", "Home services", "居家服务"),
    ("gate", "Checkpoints", "卡口"),
    ("people", "Workforce", "队伍"),
    ("ledger", "Ledger", "审计台账"),
]


class BatchForm(forms.Form):
    """An upload as intake asks for it."""

    channel = forms.ChoiceField(
        label="渠道 Channel", choices=[("rail", "铁路 Rail"), ("health", "卫健 Health")]
    )
    file = forms.FileField(label="名单 List", help_text="CSV, XLSX; ≤ 20 MB")
    reason = forms.CharField(label="事由 Reason", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    note = forms.CharField(label="备注 Note", required=False)
    agreed = forms.BooleanField(label="名单有合法依据 The list has a legal basis")
    priority = forms.ChoiceField(
        label="优先级 Priority", choices=[("P1", "P1"), ("P2", "P2"), ("P3", "P3")], widget=forms.RadioSelect
    )


def orders(state: str = "active") -> list[SimpleNamespace]:
    """Return the banner's orders; no entry at all is readiness."""
    if state == "none":
        return []
    return [
        SimpleNamespace(
            number="2020-07",
            title="全市健康登记与居家服务",
            purposes_text="健康登记、居家服务",
            ends_at=NOW + timedelta(days=30),
            state=state,
        )
    ]


def context(language: str, order_state: str = "active") -> dict[str, object]:
    """Return everything the style guide draws."""
    zh = language.startswith("zh")
    pick = (lambda en, cn: cn) if zh else (lambda en, cn: en)
    nav = [
        {"url": f"/{at}", "label": pick(en, cn), "icon": name, "current": at == 0}
        for at, (name, en, cn) in enumerate(NAV)
    ]
    return {
        "nav": nav,
        "actor": SimpleNamespace(
            name="值班员 07",
            handle="duty07",
            role_label=pick("City officer", "市级值班员"),
            area_name="南京市",
        ),
        "orders": orders(order_state),
        "now": NOW,
        "demo": True,
        "version": "0.1.0",
        "csrf_token": "t" * 64,
        "trail": [
            {"name": "江苏省", "url": "/areas/32/", "level": pick("province", "省")},
            {"name": "南京市", "url": "/areas/3201/", "level": pick("city", "市")},
        ],
        "cards": _cards(pick),
        "map": _map(pick),
        "confirm": {
            "title": pick("End this order now?", "现在终止本应急令？"),
            "text": pick(
                "Collection stops at once; the data are destroyed after 30 days.",
                "立即停止采集，30 日后清除数据。",
            ),
            "action": "/orders/2020-07/end",
            "page": "/confirm",
            "button": pick("End the order", "终止应急令"),
        },
        "plot": _plot(pick),
        "form": BatchForm({"channel": "rail"}, {}),
        **_tables(pick),
        **_task(pick),
        "words": {key: pick(*value) for key, value in WORDS.items()},
        "badges": [
            (pick("Done", "已办结"), "good"),
            (pick("Due soon", "将到期"), "warn"),
            (pick("Late", "超时"), "bad"),
            (pick("Dispatched", "已下发"), "info"),
            (pick("Waiting", "待定"), "quiet"),
        ],
    }


WORDS = {
    "late": ("Late first", "超时优先"),
    "day": ("Verified today", "今日核查进度"),
    "task": ("Task T-204817", "任务 T-204817"),
    "trail": ("Four passes", "四遍核对"),
    "coverage": ("Verified / received", "应核尽核"),
    "upload": ("Upload a list", "上传名单"),
    "badges": ("States", "状态"),
    "nothing": ("No list waits for review.", "没有待审核的名单。"),
    "nothing_text": (
        "New lists appear here when a channel delivers one.",
        "渠道报送后，新名单会出现在这里。",
    ),
    "sign": ("Sign", "签署"),
    "sign_text": ("You answer for it.", "签署人承担责任。"),
    "wide": ("Channels", "渠道"),
}


def _cards(pick):
    as_of = NOW - timedelta(minutes=1)
    rows = [
        ("Tasks today", "今日任务", 48216, "open", pick("17 channels", "来自 17 个渠道")),
        ("Closed", "已办结", 41973, "done", "87.0 %"),
        ("Late", "超时未办", 312, "late", pick("57 by over 4 h", "其中 4 小时以上 57")),
        ("Clues to review", "线索待核", 1284, "clue", ""),
        ("Home services", "居家服务", 9640, "care", pick("7,118 delivered", "今日送达 7,118")),
        ("Asks avoided", "少打扰", None, "people", pick("no list today", "今日无名单")),
    ]
    return [
        {
            "label": pick(en, cn),
            "value": value,
            "measure": measure,
            "note": note,
            "href": f"/tasks/?m={measure}",
            "as_of": as_of,
        }
        for en, cn, value, measure, note in rows
    ]


def _map(pick):
    status = look_city.status("2020-02-14T14:47:00+08:00")["areas"]
    children = [
        {
            "code": code,
            "name": name,
            "url": f"/areas/{code}/",
            **dict(zip(("open", "late", "done", "due"), status[code], strict=True)),
        }
        for code, name in look_city.DISTRICTS.items()
    ]
    return {
        "areas": sorted(children, key=lambda row: -row["late"]),
        "tiles": "/tiles/v1/{z}/{x}/{y}.mvt",
        "status": "/status.json",
        "area_url": "/areas/{code}/",
        "bounds": ",".join(str(edge) for edge in look_city.BOUNDS),
        "level": "grid",
        "code": "",
        "live": "/live",
        "label_level": "district",
        "children_level_label": pick("District", "区"),
    }


def _plot(pick):
    hours = [f"{hour:02}:00" for hour in range(6, 22)]
    sent = [1760, 2220, 2850, 3360, 3520, 3480, 3180, 2700, 2160, 1680, 1350, 1120, 990, 940, 920, 915]
    done = [880, 1200, 1560, 2050, 2500, 2990, 3000, 2960, 2700, 2210, 1700, 1250, 900, 700, 580, 520]
    return {
        "kind": "line",
        "x": hours,
        "unit": "",
        "series": [
            {"name": pick("Dispatched", "派发"), "values": sent, "measure": "open", "area": True},
            {"name": pick("Closed", "办结"), "values": done, "measure": "done"},
            {
                "name": pick("Late", "超时"),
                "values": [40 + hour * 7 % 90 for hour in range(16)],
                "measure": "late",
                "kind": "bar",
            },
        ],
    }


def _tables(pick):
    columns = [
        {"key": "number", "label": pick("Task", "任务"), "href": "url", "sort": "number"},
        {"key": "grid", "label": pick("Grid", "网格")},
        {"key": "kind", "label": pick("Kind", "类型")},
        {"key": "due_at", "label": pick("Due", "时限"), "kind": "due", "sort": "due"},
        {"key": "state", "label": pick("State", "状态"), "kind": "badge"},
        {"key": "asks", "label": pick("Channels", "渠道"), "kind": "number"},
    ]
    rows = [
        {
            "number": "T-204817",
            "url": "/tasks/204817",
            "grid": "雨花台区 · 板桥街道 · G06412",
            "kind": pick("Clue", "线索核查"),
            "due_at": NOW - timedelta(hours=2, minutes=5),
            "state": (pick("Not accepted", "未签收"), "bad"),
            "asks": 3,
        },
        {
            "number": "T-204655",
            "url": "/tasks/204655",
            "grid": "栖霞区 · 迈皋桥街道 · G01877",
            "kind": pick("Registration", "入户登记"),
            "due_at": NOW - timedelta(hours=1),
            "state": (pick("Working", "处理中"), "info"),
            "asks": 1,
        },
        {
            "number": "T-205120",
            "url": "/tasks/205120",
            "grid": "玄武区 · 新街口街道 · G00341",
            "kind": pick("Home service", "居家服务"),
            "due_at": NOW + timedelta(minutes=35),
            "state": (pick("Accepted", "已签收"), "good"),
            "asks": 2,
        },
        {
            "number": "T-205133",
            "url": "/tasks/205133",
            "grid": "浦口区 · 永宁街道 · G10733",
            "kind": pick("Phone check", "电话核查"),
            "due_at": NOW + timedelta(hours=5),
            # As long as any the house shows: on a phone it has to break, not to push the page aside.
            "state": (
                pick(
                    "Waits for tomorrow: the household's budget is used up", "待明日:该户今日询问次数已用完"
                ),
                "quiet",
            ),
            "asks": 17,
        },
    ]
    wide_columns = [
        {"key": "name", "label": pick("Channel", "渠道")},
        *[
            {"key": key, "label": pick(en, cn), "kind": "number"}
            for key, en, cn in [
                ("rows", "Rows", "行数"),
                ("merged", "Merged", "并入"),
                ("new", "New", "新增"),
                ("waiting", "Waiting", "待定"),
                ("rejected", "Rejected", "拒收"),
            ]
        ],
        {"key": "share", "label": pick("Answered", "反馈率"), "kind": "percent"},
    ]
    wide_rows = [
        {
            "name": pick("Rail", "铁路"),
            "rows": 11044,
            "merged": 4120,
            "new": 6611,
            "waiting": 204,
            "rejected": 109,
            "share": (10731, 11044),
        },
        {
            "name": pick("Health", "卫健"),
            "rows": 3081,
            "merged": 2710,
            "new": 330,
            "waiting": 41,
            "rejected": 0,
            "share": (3081, 3081),
        },
        {
            "name": pick("Call line", "热线"),
            "rows": 0,
            "merged": 0,
            "new": 0,
            "waiting": 0,
            "rejected": 0,
            "share": (0, 0),
        },
    ]
    return {"columns": columns, "rows": rows, "wide_columns": wide_columns, "wide_rows": wide_rows}


def _task(pick):
    return {
        "task_facts": [
            (pick("Household", "户"), "成贤街 1 幢 2 单元 301"),
            (pick("Person", "人员"), "张**"),
            (pick("Phone", "电话"), "138****5678"),
            (pick("Opened", "创建"), NOW - timedelta(hours=6)),
            (pick("Channels", "渠道"), pick("Rail, Health, Call line", "铁路、卫健、热线")),
            (pick("Legal basis", "法律依据"), pick("Emergency order 2020-07", "应急令 2020-07")),
        ],
        "trail_entries": [
            {
                "at": NOW - timedelta(hours=6),
                "title": pick("Desk check", "对照核对"),
                "text": pick("two lists, one person", "两份名单为同一人"),
                "by": "intake",
                "tone": "good",
            },
            {
                "at": NOW - timedelta(hours=3),
                "title": pick("Phone check", "电话核查"),
                "text": pick("no answer", "无人接听"),
                "by": "玄武区 · 新街口街道",
                "tone": "warn",
            },
            {
                "title": pick("Visit", "入户走访"),
                "state": "current",
                "at": NOW,
                "text": pick("planned for this afternoon", "计划今日下午"),
            },
            {"title": pick("Daily update", "每日更新"), "state": "ahead"},
        ],
    }
