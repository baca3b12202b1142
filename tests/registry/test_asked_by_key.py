"""
What a chunk of a file or of a list asks the register is looked up row by row, however large the planner thinks it is.

Of what row-level security leaves it expects next to nothing: joined freely, every chunk of 30,000 people read the whole
register, and a city took twice as long to load as half of it does twice.
"""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from gridward.governance import api as governance
from gridward.registry import matching, nearby, queries, stages, standing, upserting, wronged

pytestmark = pytest.mark.django_db

REFS = [f"R{number}" for number in range(3_000)]
IDS = [UUID(int=number) for number in range(3_000)]
NUMBERS = list(range(3_000))
KEYS = [number.to_bytes(32, "big") for number in NUMBERS]
DOMAIN = {"domain": "order:any"}
QUESTIONS: dict[str, tuple[str, Any]] = {
    "who has these references": (stages.KNOWN_PEOPLE, [REFS, "order:any"]),
    "which households have these references": (stages.KNOWN_HOUSEHOLDS, [REFS, "order:any"]),
    "who is registered under them": (standing.BY_REF, {"wanted": REFS, **DOMAIN}),
    "who has these ids": (standing.BY_ID, {"wanted": IDS, **DOMAIN}),
    "who lives in these households": (standing.BY_HOUSEHOLD, {"wanted": IDS, **DOMAIN}),
    "which households are carried elsewhere": (
        upserting.CARRIED,
        {"people": REFS, "homes": REFS, "starts": NUMBERS, "ends": NUMBERS, **DOMAIN},
    ),
    "what was wrong about them": (wronged.FOUND, {"ids": IDS}),
    "keys of these households": (queries.DATA_KEYS, {"households": IDS}),
    "who is behind these doors": (matching.DOOR_HITS, {"numbers": NUMBERS, "doors": NUMBERS, **DOMAIN}),
    "who may be meant behind these doors": (
        nearby.BEHIND,
        {"numbers": NUMBERS, "doors": NUMBERS, "sure": [True] * len(NUMBERS), **DOMAIN},
    ),
    "who may be meant by these numbers": (
        nearby.MEANT,
        {"numbers": NUMBERS, "ids": KEYS, "surnames": KEYS, **DOMAIN},
    ),
    "how these people are sealed": (nearby.SEALED, {"ids": IDS, **DOMAIN}),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_register_is_asked_row_by_row(question: str, order: governance.OrderView) -> None:
    sql, asked = QUESTIONS[question]

    with (
        governance.job_transaction(order_id=order.id, purpose="case_finding"),
        connection.cursor() as cursor,
    ):
        # The tables of a test are so small that reading them whole is right; of two ways by index it shall not choose.
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(f"explain {sql}", asked)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Index Cond" in plan and "Nested Loop" in plan, plan
    assert not [way for way in ("Hash Join", "Merge Join", "Hash Left Join", "Seq Scan") if way in plan], plan
