"""
Who may do what: one table, written from what the city expects of its people (DOMAIN: U1–U20, H-07, H-27).

A right that moves, a role that is added or a duty that is joined to another has to be decided here first.
"""

import pytest

from gridward.workforce.rules import COMMAND_LINE_ONLY, ROLES, handle_fits, may_use_pages

#: The deed, the right that carries it, and everybody who may. Nobody else does.
WHO_MAY = {
    "see the numbers of an area": (
        "board.read",
        "city_officer intake_officer district_officer street_officer community_officer supervisor",
    ),
    "open the page of an area": (
        "area.read",
        "city_officer intake_officer district_officer street_officer community_officer supervisor",
    ),
    "read which order is in force": (
        "order.read",
        "city_officer intake_officer district_officer street_officer community_officer grid_worker agency_liaison"
        " issuing_officer privacy_officer auditor supervisor",
    ),
    "draft an order": ("order.draft", "city_officer"),
    "sign an order": ("order.sign", "issuing_officer privacy_officer"),
    "see the lists of the departments": ("batch.read", "intake_officer system_operator"),
    "take a list in": ("batch.upload", "intake_officer system_operator"),
    "see what the channels have sent today": ("channel.read", "city_officer intake_officer"),
    "see how good the lists were": (
        "quality.read",
        "city_officer intake_officer agency_liaison system_operator",
    ),
    "let a list through beyond its channel's share": ("quota.open", "city_officer"),
    "read what is asked": (
        "form.read",
        "city_officer intake_officer district_officer street_officer community_officer",
    ),
    "draft what shall be asked": ("form.draft", "intake_officer"),
    "publish what is asked": ("form.publish", "city_officer"),
    "decide what the keys could not": ("review.work", "intake_officer street_officer"),
    "see the tasks of an area": ("task.read", "street_officer community_officer"),
    "look one door up": ("door.look", "community_officer"),
    "take over what another grid hands over": (
        "handover.decide",
        "city_officer district_officer street_officer community_officer",
    ),
    "see how much of the budgets is used": (
        "budget.read",
        "city_officer district_officer street_officer community_officer",
    ),
    "enter who is away and name who stands in": ("duty.keep", "street_officer community_officer"),
    "decide about what has risen": (
        "escalation.decide",
        "city_officer district_officer street_officer community_officer",
    ),
    "call departments to a place": ("whistle.blow", "city_officer district_officer street_officer"),
    "answer for a department that is called": ("whistle.answer", "agency_liaison"),
    "set a time for a task and check closed ones": ("task.supervise", "supervisor"),
    "decide what is wrong about somebody": ("correction.decide", "street_officer community_officer"),
    "let a task go before its time": ("task.release", "street_officer community_officer"),
    "visit a household": ("task.work", "grid_worker"),
    "fetch the outcomes of the own rows": ("returns.read", "agency_liaison"),
    "have the outcomes of the own rows pushed": ("returns.push", "agency_liaison"),
    "read the ledger": ("ledger.read", "privacy_officer auditor"),
    "see which accounts there are": ("account.read", "system_administrator"),
    "let a machine in": ("token.issue", "system_administrator system_operator"),
    "import the register": ("register.import", "system_operator"),
    "import a roster": ("roster.import", "system_operator"),
    "try again what was set aside": ("outbox.work", "system_operator"),
    "import the tree of areas": ("territory.import", "system_operator"),
}

#: Duties no single role may hold together, each with the reason.
APART = [
    ("order.draft", "order.sign", "whoever writes an order does not sign it"),
    ("ledger.read", "task.work", "whoever reads the evidence does not make it"),
    ("ledger.read", "review.work", "whoever reads the evidence does not make it"),
    ("ledger.read", "account.read", "the three administrators are three people (H-27)"),
    ("ledger.read", "token.issue", "the three administrators are three people (H-27)"),
    ("account.read", "register.import", "whoever keeps accounts brings no people in (H-27)"),
    ("returns.read", "task.read", "a department sees outcomes of its rows and no task"),
    ("task.work", "batch.upload", "whoever visits does not choose whom to ask"),
    ("quota.open", "batch.upload", "whoever lets a list through does not send it"),
    ("form.publish", "form.draft", "whoever drafts a form does not publish it"),
    ("order.sign", "batch.upload", "whoever opens collection does not collect"),
]


@pytest.mark.parametrize("deed", WHO_MAY)
def test_exactly_these_may(deed: str) -> None:
    right, roles = WHO_MAY[deed]

    assert {name for name, role in ROLES.items() if right in role.rights} == set(roles.split())


def test_no_role_carries_a_right_that_nobody_decided_on() -> None:
    decided = {right for right, _roles in WHO_MAY.values()}

    assert {name: role.rights - decided for name, role in ROLES.items() if role.rights - decided} == {}


@pytest.mark.parametrize(("one", "other", "because"), APART)
def test_duties_that_stay_apart(one: str, other: str, because: str) -> None:
    assert [name for name, role in ROLES.items() if {one, other} <= role.rights] == [], because


#: Under which database role, bound to what: who answers for people there needs a place; evidence has none.
PLACES = {
    "gridward_worker": {"grid_worker": "grid"},
    "gridward_agency": {"agency_liaison": "agency"},
    "gridward_audit": {"privacy_officer": "any", "auditor": "any", "system_administrator": "any"},
    "gridward_centre": {
        "city_officer": "city",
        "intake_officer": "city",
        "district_officer": "district",
        "street_officer": "street",
        "community_officer": "community",
        "supervisor": "district",
        "issuing_officer": "any",
        "system_operator": "city",
    },
}


def test_each_role_works_under_its_database_role_and_at_its_level() -> None:
    found: dict[str, dict[str, str]] = {}
    for name, role in ROLES.items():
        found.setdefault(role.db_role, {})[name] = role.bound_to

    assert found == PLACES


def test_only_the_operator_of_the_machine_has_no_pages() -> None:
    assert {"system_operator"} == COMMAND_LINE_ONLY
    shut = {name: refusal.code for name in ROLES if (refusal := may_use_pages("w1", name))}
    assert shut == {"system_operator": "role_without_pages"}
    nobody = may_use_pages("w1", None)
    assert nobody is not None and nobody.code == "account_without_role" and "w1" in nobody.title


@pytest.mark.parametrize(
    ("handle", "fits"),
    [
        ("w1", True),
        ("王小明", True),
        ("a" * 150, True),
        ("a" * 151, False),
        ("", False),
        (" ", False),
        ("two words", False),
        ("tab\there", False),
        ("wide\u3000space", False),
    ],
)
def test_an_account_name_is_one_somebody_can_type_into_the_form(handle: str, fits: bool) -> None:
    assert handle_fits(handle) is fits
