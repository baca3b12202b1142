"""
What the pages of a house say, read as somebody reads them who looks at the screen.

Owns where things stand on a page. Refuses to know more than the page shows: names are masked here as there.
"""

import re
from dataclasses import dataclass

from simulator.play.tree import Node, tree_of

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: The English words of the trail (the player's browser is in English).
VISIT, CALL, SKIPPED = "Visit: ", "Phone check: ", "Skipped"


@dataclass(frozen=True)
class Household:
    """One line of Today."""

    path: str
    building: str
    priority: str
    people: int
    asks: int


def read_today(text: str) -> list[Household]:
    """Return the households of a worker's day, in the order the page puts them."""
    rows = []
    for group in tree_of(text).all("section", of="gw-day-group"):
        building = group.first("h2").text
        for row in group.all("a", of="gw-day-row"):
            counts = [int(number) for number in re.findall(r"\d+", row.first("span", of="gw-quiet").text)]
            people, asks = (*counts, 0, 0)[:2]
            rows.append(
                Household(row.get("href"), building, row.first("span", of="gw-badge").text, people, asks)
            )
    return rows


@dataclass(frozen=True)
class Asked:
    """A person a worker is to ask about: number, masked name and telephone, and the field of the outcome."""

    person_id: str
    name: str
    phone: str
    next_pass: str


@dataclass(frozen=True)
class Form:
    """A form with what it holds already and what may be chosen in it."""

    action: str
    held: dict[str, str]
    choices: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class WorkPage:
    """One household as its worker sees it."""

    path: str
    place: str
    asked: tuple[Asked, ...]
    visit: Form | None
    calls: dict[str, Form]
    visits_seen: int
    calls_seen: int


def read_work(text: str) -> WorkPage:
    """Return what a worker's page of one household shows."""
    main = tree_of(text).first("main")
    path = next((line.text for line in main.all("p") if " · " in line.text), "")
    names = path.split(" · ")[:-1]  # the last is when it is due
    forms = {form.get("action").rpartition("/")[2]: form for form in main.all("form")}
    calls = [form_of(form) for form in main.all("form") if form.get("action").endswith("/phone")]
    visit = form_of(forms["visit"]) if "visit" in forms else None
    steps = trail_of(main)
    return WorkPage(
        path=visit.action.rpartition("/")[0] if visit else "",
        place="".join(names) + main.first("h1").text,
        asked=_asked(main),
        visit=visit,
        calls={form.held["person"]: form for form in calls},
        visits_seen=count_visits(steps),
        calls_seen=count_calls(steps),
    )


def _asked(main: Node) -> tuple[Asked, ...]:
    """Pair the people shown with the fields of the visit's form: both tell a person by number and masked name."""
    ids = {}
    for field in main.all("fieldset", of="gw-field"):
        chosen = field.first("select").get("name")
        if chosen.startswith("outcome-"):
            ids[field.first("legend").text] = chosen.removeprefix("outcome-")
    asked = []
    for person in main.all("li", of="gw-person"):
        who = person.first("strong").text
        if who not in ids:
            continue  # this one has an outcome already
        phone = person.first("p", of="gw-person-who").first("span", of="gw-quiet").text
        asked.append(
            Asked(ids[who], who.partition(" · ")[2], phone, person.first("li", of="gw-pass-current").text)
        )
    return tuple(asked)


def form_of(node: Node) -> Form:
    """Return a form: hidden fields are held, radio buttons and lists are chosen from."""
    choices: dict[str, list[str]] = {}
    for button in node.all("input", type="radio"):
        choices.setdefault(button.get("name"), []).append(button.get("value"))
    for chosen in node.all("select"):
        offered = [option.get("value") for option in chosen.all("option")]
        choices[chosen.get("name")] = [value for value in offered if value]
    held = {one.get("name"): one.get("value") for one in node.all("input", type="hidden")}
    return Form(node.get("action"), held, {name: tuple(values) for name, values in choices.items()})


def read_proposed(text: str) -> dict[str, str]:
    """Return what the lists of a page have chosen already, by name; nothing for those that have chosen nothing."""
    proposed = {}
    for chosen in tree_of(text).all("select"):
        for option in chosen.all("option"):
            if "selected" in option.attributes and option.get("value"):
                proposed[chosen.get("name")] = option.get("value")
    return proposed


def read_forms(text: str) -> list[Form]:
    """Return every form of a page."""
    return [form_of(form) for form in tree_of(text).all("form")]


@dataclass(frozen=True)
class Step:
    """One entry of a trail: what was done, when, by whom."""

    title: str
    at: str
    by: str


def trail_of(page: Node) -> list[Step]:
    """Return the trail of a task, newest first."""
    return [
        Step(
            step.first("strong").text,
            step.first("time").get("datetime"),
            next((part.text for part in reversed(list(step.all("span", of="gw-quiet")))), ""),
        )
        for step in page.first("ol", of="gw-timeline").all("li")
    ]


def read_trail(text: str) -> list[Step]:
    """Return the trail on a task's page."""
    return trail_of(tree_of(text).first("main"))


def count_visits(steps: list[Step]) -> int:
    """Return how many visits a trail tells of; what was settled by telephone is none."""
    return len({step.at for step in steps if step.title.startswith(VISIT) and SKIPPED not in step.title})


def count_calls(steps: list[Step]) -> int:
    """Return how many telephone calls a trail tells of; what was left out at the door is none."""
    return len({step.at for step in steps if step.title.startswith(CALL) and SKIPPED not in step.title})


@dataclass(frozen=True)
class Row:
    """A line of a table: where it leads, and its cells by the words above them."""

    path: str
    cells: dict[str, str]

    @property
    def id(self) -> str:
        """The id in the address the line leads to."""
        found = ID.search(self.path)
        return found.group() if found else ""

    def number(self, column: str) -> int:
        """Return a cell as a number."""
        return int(re.sub(r"\D", "", self.cells.get(column, "")) or 0)


def read_table(text: str, table_id: str) -> tuple[list[Row], str]:
    """Return the lines of a table and the address of the next page, '' on the last."""
    body = tree_of(text).first("table", id=table_id).first("tbody")
    rows, more = [], ""
    for line in body.all("tr"):
        if "gw-more" in line.classes:
            more = line.first("a").get("href")
            continue
        cells = {cell.get("data-label"): cell.text for cell in line.all("td")}
        rows.append(Row(line.first("a").get("href"), cells))
    return rows, more


@dataclass(frozen=True)
class ListPage:
    """One list as the intake sees it. `state` is the word on the page."""

    state: str
    filename: str
    rows: int
    accepted: int
    rejected: int
    merged: int
    new: int
    waiting: int
    is_moving: bool


def read_list(text: str) -> ListPage:
    """Return what the page of one list says; its sums are 0 until it is resolved."""
    main = tree_of(text).first("main")
    card = main.first("section")
    leads = card.all("p", of="gw-lead")
    numbers = [int(re.sub(r"\D", "", one.text)) for lead in leads for one in lead.all("strong")]
    rows, accepted, rejected, _again, merged, new, waiting = (
        numbers if len(numbers) == 7 else (0, 0, 0, 0, 0, 0, 0)
    )
    facts = [(fact.first("dt").text, fact.first("dd").text) for fact in main.all("div") if _is_fact(fact)]
    name = dict(facts).get("File", "")
    state = main.first("span", of="gw-badge").text
    is_moving = main.first("div", id="batch").get("hx-get") != ""
    return ListPage(state, name, rows, accepted, rejected, merged, new, waiting, is_moving)


def _is_fact(node: Node) -> bool:
    return [part.tag for part in node.inside if isinstance(part, Node)] == ["dt", "dd"]


def read_board(text: str) -> dict[str, int]:
    """Return the figures of a board: each by the measure its link asks why about, else by its words."""
    figures = {}
    for card in tree_of(text).all(of="gw-figure"):
        path = card.get("href").partition("?")[0]
        measure = path.rpartition("/")[2] or card.first("span", of="gw-figure-label").text
        figures[measure] = int(re.sub(r"\D", "", card.first("strong").text) or 0)
    return figures


def read_refusal(text: str, status: int) -> str:
    """Return the code of a refusal as the page shows it, else the status."""
    main = tree_of(text).first("main")
    code = main.first("code").text
    return code or f"status_{status}"
