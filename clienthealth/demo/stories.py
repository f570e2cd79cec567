"""The demo agency's clients, each a story that people of the trade know."""

from dataclasses import dataclass, field

ANNA, MAREK, LENA = "anna.nowak@demo.example", "marek.lis@demo.example", "lena.weber@demo.example"
DORA, IVO, MIA, TOM = (
    "dora.designer@demo.example",
    "ivo.dev@demo.example",
    "mia.dev@demo.example",
    "tom.copy@demo.example",
)


@dataclass(frozen=True)
class Contract:
    """A contract as its native row needs it. Days count back from the last day of the demo; None is open."""

    name: str
    kind: str
    fee: int | None = None
    started: int = 540
    ends: int | None = None
    bill_rate: int | None = None
    cap: int | None = None
    included_hours: int | None = None
    estimated_hours: int | None = None
    currency: str = "EUR"
    paused: tuple[int, int] | None = None


@dataclass(frozen=True)
class Friction:
    """An incident so many days ago."""

    days_ago: int
    category: str
    severity: str
    side: str
    text: str
    minutes: int = 0
    causes: str = ""
    resolved_after: int | None = None


@dataclass(frozen=True)
class Story:
    """`hours`: hours a week from the past to now, one value per equal stretch; `late`: days invoices are paid late."""

    client: str
    owner: str
    contracts: list[Contract]
    hours: tuple[float, ...]
    team: tuple[str, ...] = (DORA, IVO)
    late: int = 2
    status: str = "active"
    contact_every: int | None = 7
    frictions: list[Friction] = field(default_factory=list)
    costs: int = 0
    """Subcontractors, EUR a month."""
    credit_note: int = 0
    """A concession of the last month, EUR."""
    talks_at_night: bool = False


STORIES = [
    Story(
        "Birchwood Hotels",
        ANNA,
        [Contract("Brand retainer", "retainer", fee=6800, included_hours=80)],
        (15, 14, 15, 13, 14),
        (DORA, TOM),
        late=0,
        frictions=[
            Friction(96, "communication", "low", "shared", "Feedback came to two people at once", resolved_after=2)
        ],
    ),
    Story(
        "Kestrel Outdoor",
        ANNA,
        [Contract("Shop care", "retainer", fee=5200, included_hours=60)],
        (13, 14, 15, 17, 18),
        (IVO, MIA, DORA),
        late=3,
        frictions=[
            Friction(
                61,
                "expectations",
                "medium",
                "client",
                "Two landing pages asked for beyond the sixty hours",
                90,
                "out-of-scope request",
            ),
            Friction(
                33,
                "expectations",
                "medium",
                "shared",
                "Nobody said which edits are included",
                60,
                "expectations not set",
            ),
            Friction(12, "delivery", "low", "ours", "Newsletter went out a day late", 30, "missed deadline", 1),
        ],
    ),
    Story(
        "Novak Dental Group",
        MAREK,
        [
            Contract("Website rebuild", "fixed_fee", fee=26000, started=150, ends=-25),
            Contract("Hosting care", "retainer", fee=450),
        ],
        (8, 10, 26, 34, 36),
        (IVO, MIA),
        late=11,
        frictions=[
            Friction(
                70,
                "expectations",
                "high",
                "client",
                "A booking system was expected within the fixed price",
                240,
                "expectation gap on scope",
            ),
            Friction(
                41, "delivery", "high", "ours", "Release broke the appointment form for a day", 300, "quality defect", 3
            ),
            Friction(20, "communication", "medium", "client", "Eleven calls in one afternoon about the same page", 120),
            Friction(6, "expectations", "high", "unknown", "Third change of the site map after sign-off", 180),
        ],
    ),
    Story(
        "Solaris Fitness",
        MAREK,
        [Contract("Campaigns", "retainer", fee=3900)],
        (14, 22, 29, 31, 33),
        (DORA, TOM, MIA),
        late=24,
        costs=600,
        credit_note=900,
        talks_at_night=True,
        frictions=[
            Friction(
                88, "communication", "medium", "client", "Three calls after 22:00", 45, "contact outside agreed hours"
            ),
            Friction(
                52,
                "communication",
                "high",
                "client",
                "Shouted at the designer in a call",
                60,
                "disrespect of people's time",
            ),
            Friction(
                30, "expectations", "medium", "client", "Ninth round of edits on one poster", 200, "endless edits"
            ),
            Friction(
                15,
                "communication",
                "high",
                "client",
                "Threatened a public complaint over a typo",
                90,
                "public complaint",
            ),
            Friction(
                4,
                "delivery",
                "medium",
                "shared",
                "Assets arrived an hour before the deadline",
                75,
                "late input or approval",
            ),
        ],
    ),
    Story(
        "Harbor Legal",
        ANNA,
        [Contract("Counsel site", "time_and_materials", bill_rate=96, cap=60000)],
        (10, 11, 10, 12, 11),
        (IVO, TOM),
        late=38,
        frictions=[
            Friction(25, "communication", "low", "client", "Third reminder for an unpaid invoice", 20, "late payment")
        ],
    ),
    Story(
        "Meadow Foods",
        LENA,
        [Contract("Packaging", "retainer", fee=7400, started=420, included_hours=90)],
        (34, 36, 31, 24, 17),
        (DORA, TOM),
        late=4,
        frictions=[
            Friction(210, "delivery", "high", "ours", "Wrong barcode on a proof", 180, "quality defect", 2),
            Friction(
                150,
                "expectations",
                "medium",
                "shared",
                "Print deadlines were never agreed",
                60,
                "expectations not set",
                10,
            ),
        ],
    ),
    Story(
        "Orbit Robotics",
        LENA,
        [Contract("Product launch", "fixed_fee", fee=54000, started=200, ends=-60, estimated_hours=520)],
        (18, 20, 22, 19, 18),
        (IVO, MIA, DORA),
        late=1,
    ),
    Story(
        "Papaya Travel",
        MAREK,
        [Contract("App upkeep", "retainer", fee=4300, currency="USD", started=400)],
        (11, 12, 12, 11, 12),
        (MIA,),
        late=6,
        frictions=[Friction(47, "communication", "low", "unknown", "Two weeks without an answer to our question")],
    ),
    Story(
        "Quarry Stone Works",
        LENA,
        [Contract("Trade fair", "fixed_fee", fee=9000, started=40, ends=-30)],
        (0, 0, 0, 6, 12),
    ),
    Story(
        "Riverside Museum",
        ANNA,
        [Contract("Exhibition", "time_and_materials", bill_rate=70, started=300)],
        (0, 0, 3, 6, 9),
        (TOM, DORA),
        late=14,
        frictions=[Friction(9, "expectations", "medium", "shared", "Hours on the text were logged as not billable", 0)],
    ),
    Story("Tandem Bikes", MAREK, [Contract("Shop", "retainer", fee=3200, paused=(160, 0))], (9, 8, 2, 0, 0), (IVO,)),
    Story(
        "Umbra Lighting",
        LENA,
        [Contract("Catalogue", "retainer", fee=5600, started=380)],
        (17, 18, 20, 22, 23),
        (DORA, TOM),
        late=5,
        frictions=[
            Friction(
                18,
                "delivery",
                "low",
                "ours",
                "Colours of two pages differed from the brand book",
                40,
                "quality defect",
                4,
            )
        ],
    ),
    Story("Vela Insurance", ANNA, [], (0, 0, 0, 0, 0), status="prospect", contact_every=None),
]
