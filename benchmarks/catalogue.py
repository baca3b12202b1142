"""Which benchmarks there are, what each measures and, as plainly, what it does not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Member:
    """
    One benchmark. `module` has `measure(quick) -> list[Figure]`; with `house` it gets a database of its own.

    One that stands `alone` takes too long for `all`: it runs when it is named.
    """

    name: str
    goals: str
    title: str
    measured: str
    not_measured: tuple[str, ...]
    house: bool = True
    alone: bool = False

    @property
    def module(self) -> str:
        """Return where it is found. Loaded by name: the rooms can be imported only once Django is set up."""
        return f"benchmarks.members.{self.name}"


#: Said once for everything that fills a database.
OWN_PEOPLE = (
    "The people are the benchmark's own: one plain rule for addresses and households, not the model city's heavy "
    "tails, homonyms and shared phones."
)

VISITED = (
    "Every page of every role over HTTP through granian, one after the other on one connection, from request to last "
    "byte; `/healthz` takes turns with them: the floor of server, connection and sign-in. The database is filled set "
    "by set: tasks, lists, passes, grants, accounts, ledger and facts of thirty days. One community's people and every "
    "row in review are sealed by the house; all other blobs are noise of the same length, which no page here opens. "
)
WATCHED = (
    "Then a thousand boards of four levels are open, twenty tasks a second close, and every board asks again as its "
    "script does: processor time of the site's and of the database's processes."
)
NOT_VISITED = (
    "A server under load of others: one page is asked for at a time, and the worker does not run.",
    "The browser's own work, and a network. A cold start: each page is asked for once before it is measured.",
    "Blind keys of the register: no page reads them, so they are not filled in.",
    "Addresses, households and lists have the right number and length, not a city's heavy tails.",
    "The clients of the open boards share the machine with the site.",
)

MEMBERS = (
    Member(
        "territory",
        "P9",
        "Points to grids",
        "`Lattice.locate` over 12,000 synthetic cells, against shapely's STRtree on the same points, in one process. "
        "Every answer is compared, points on corners and outside the city included; one difference ends the run.",
        (
            "Building either index, reading the lattice from disk, and making the tree's point objects.",
            "Real boundaries: the cells are synthetic and have fewer corners.",
            "More than one core.",
        ),
        house=False,
    ),
    Member(
        "sealing",
        "P7 (part)",
        "Sealing and blind indexes",
        "Sealing, opening and blind indexes of names, id numbers and phones of households of three, in both suites, "
        "against the bare calls of `cryptography` with keys prepared beforehand: the floor, not a rival.",
        (
            "Reading and writing the blobs; see the register.",
            "Key stores other than the directory, and a cold one.",
            "A processor without AES instructions.",
        ),
        house=False,
    ),
    Member(
        "ledger",
        "P13 (check)",
        "Ledger: writing, sealing, checking",
        "`record_many`, the sealer's chain, the export, and `gridward-verify` as a process of its own over that "
        "export. The floor for chain and check: one SHA-256 per entry and link in a plain loop, read from memory.",
        (
            "The goal's 10 million entries: the check is linear in its code, but only these sizes were run.",
            "Purging 4.5 million people, the other half of P13.",
            "Mirrors kept by others, and sealing while requests write.",
        ),
    ),
    Member(
        "register",
        "P7 (load), P12",
        "Loading the register, sealed",
        "`registry.register_import` of residents files into an address book that knows every door: reading, checking, "
        "sealing, indexing, writing, committed, walls on. Against a plain COPY of the same rows, unsealed, unchecked "
        "and without indexes, durable as well: what leaving the protection out would save.",
        (
            "4.5 million people: the goal's size is loaded by `load`.",
            "Loading beside a working site.",
            OWN_PEOPLE,
        ),
    ),
    Member(
        "carrying",
        "P12",
        "Carrying a register over to a successor order",
        "`registry.register_carry` between two orders in force, signed: every household opened under the old keys, "
        "sealed anew under new ones with new blind keys, written and committed, walls on. Against loading the same "
        "rows from their file into the giving order a moment before. Processor time is that of all processes.",
        (
            "4.5 million people: `docs/architecture/registry.md` has the arithmetic.",
            "Carrying over beside a working site, or with half of the people there already.",
            OWN_PEOPLE,
        ),
    ),
    Member(
        "load",
        "P7",
        "A whole city, simulated and loaded",
        "`gridward demo --scale city` without the site: files simulated, then areas, shapes, tiles, doors, workers and "
        "residents through the standing imports, sealed, walls on, committed. The process is killed (SIGKILL) when "
        "half of the residents are in, and started again; then every row of the files is counted in the tables. Memory "
        "is the sum of proportional set sizes of all processes, PostgreSQL's buffers included, the disk cache not.",
        (
            "Taking in the five million rows of the lists: see P1.",
            "Loading beside a working site, and a PostgreSQL of one's own.",
            "The second check of the residents' file after the kill stands apart; chunks that were under way when it "
            "came are written again and counted.",
        ),
        alone=True,
    ),
    Member(
        "lists",
        "P1, P12",
        "Lists: received, resolved, dispatched",
        "A csv list through `intake.batch_receive`, `batch_resolve` and the facts that open tasks, until all is "
        "committed, walls on; four sizes in turn over one register. Growth is the cost per row against the smallest.",
        (
            "1,000,000 rows and a register of 4.5 million: P1 may be missed here, but not met.",
            "Seventeen formats: all lists are clean utf-8 csv of one shape; see the seventeen departments' lists.",
            "Precision and recall (P2). No other product runs beside it.",
            OWN_PEOPLE,
        ),
    ),
    Member(
        "joining",
        "P1, P12",
        "Lists beside a plain join",
        "A csv list through the door until its tasks are committed, walls on, at three sizes (1, 3 and 10 times); in "
        "turn with it PostgreSQL joins the same rows, already normalised, with the same people in the open, by three "
        "indexed keys, and writes whom it found: the floor, not a rival. It reads no file, opens no task, seals "
        "nothing and has no walls. Whom both found is compared row by row. Processor time is that of all processes.",
        (
            "1,000,000 rows and a register of 4.5 million: see a million rows against a whole city.",
            "Normalising for the yardstick, and loading its tables.",
            OWN_PEOPLE,
        ),
    ),
    Member(
        "seventeen",
        "P1, P2",
        "Seventeen departments' lists",
        "The model city's district (`gridward simulate city --scale district`) loaded, then all its lists, each in its "
        "department's format and with its dirt, one after the other through `intake.batch_receive`, `batch_resolve` "
        "and the facts that open tasks, committed, walls on. Every decision is held against the truth.",
        (
            "1,000,000 rows and a register of 4.5 million: P1 may be missed here, but not met.",
            "Several lists at once: they go through one process, one after the other.",
            "What a person decides in review afterwards.",
        ),
    ),
    Member(
        "linkage",
        "P2",
        "Matching by likeness, beside Splink",
        "Rows drawn from the model city's district, with more dirt than its lists have; what exact keys decide is "
        "taken out, and the rest with everybody a search brings up for it (behind the door, of the telephone, of a "
        "number that was meant) is given to both sides, already normalised: the house's rules of likeness, and Splink. "
        "Splink is trained by expectation maximisation as documented, and once more with m learned from the exactly "
        "linked rows; of 78 bounds the one counts at which its F1 is best. Each side in a process of its own, in turn.",
        (
            "Opening sealed people: both sides have them in the open. The whole way is in the seventeen lists.",
            "Splink at its makers' hands: its levels are chosen by us, fit for Chinese names and numbers.",
            "Names, dirt and families of a real city. Recall is over rows whose person the search brings up.",
        ),
        house=False,
    ),
    Member(
        "million",
        "P1, P2 (part)",
        "A million rows against a whole city",
        "The model city (`gridward simulate city --scale city`) loaded, then a million rows about it in the lists of "
        "all seventeen departments, each in its format and with its dirt, two lists at a time as the worker of a house "
        "takes them, through `intake.batch_receive`, `batch_resolve` and the facts that open tasks, committed, walls "
        "on. Every decision is held against the truth. Memory is the sum of proportional set sizes of all "
        "processes, PostgreSQL's buffers included, the disk cache not.",
        (
            "The worker itself: two threads of the benchmark's process do what its two do.",
            "Five million rows, to which cost should stay linear: see `lists` for growth.",
            "What a person decides in review afterwards.",
        ),
        alone=True,
    ),
    Member(
        "pages",
        "P8, P12",
        "Pages as a city grows",
        VISITED
        + "Three sizes: a hundredth, a thirtieth and a tenth of a city, side by side; each page is visited in all"
        " three within seconds, five times. " + WATCHED,
        (
            "The city itself: see the next chapter. P8 may be missed here, but not met.",
            *NOT_VISITED,
        ),
        house=False,
    ),
    Member(
        "city",
        "P8",
        "Pages at the size of a city",
        VISITED + "One size, the goal's own: filling it takes seven minutes and 20 GiB. " + WATCHED,
        NOT_VISITED,
        house=False,
        alone=True,
    ),
    Member(
        "handheld",
        "P4, P5, P11, R2, U2",
        "A worker's phone",
        "`POST /api/v1/sync` over HTTP through granian, each request signed by an enrolled phone, with all "
        "walls on, in a city of a thirtieth, 30 days old: the first sync of a worker's day, one without any change "
        "(`/healthz` takes turns with it), and one in which one household did. Filled as for the pages. Then answers "
        "to forms: temperatures of three people of a household in the hand, and a disinfection with a photo of 100 KB, "
        "each a request of its own, by eight connections at once; the same temperatures twenty in a request, as a "
        "phone brings a shift; the senders work on the same two cores, so a core's rate is counted by what site and "
        "database worked. Then for a minute 250 answers a second to a form of 250 questions, ten in a request. Then "
        "the app itself, in a headless Chromium slowed sixfold: opened again with its day on the phone, until the PIN "
        "is asked for, and from the PIN until a household is drawn. Last enrolling: a roster of 30,000 from csv, a "
        "hundred phones one after another, from the code that the centre shows to the first task, and some of them in "
        "that browser until a household is open.",
        (
            "Twelve thousand phones in one hour: one worker's phone asks.",
            "A real phone and its network; how long a submission takes to the boards.",
            "The hands of 30,000 people: a city's phones are reckoned from what the processors work for each.",
            "Answers that close a household: a visit is followed by all that a visit is.",
        ),
        house=False,
    ),
    Member(
        "map",
        "P6",
        "Map of 12,000 grids",
        "Vector tiles against the same grids as one GeoJSON file, in a fresh headless Chromium each time, software GL.",
        (
            "A real GPU, a phone, and a network: files come from the loopback.",
            "The board around the map.",
        ),
        house=False,
    ),
)

BY_NAME = {member.name: member for member in MEMBERS}
