"""Clients that bring more than they take: the ordinary business of an agency, and one of them pays late."""

from clienthealth.demo.story import FOREIGN, Bill, Contract, Friction, Story

STEADY = (
    Story(
        "Birchwood Hotels",
        "anna",
        (Contract("Brand retainer", "retainer", fee=6800, included_hours=80),),
        ((78, 15), (40, 14), (0, 13.6)),
        ("sara", "dora", "tom"),
        sway=0.15,
        late=((0, 0),),
        frictions=(
            Friction(
                96, "communication", "low", "shared", "Feedback on the brochure came to two of us, and differed",
                "communication format", resolved_after=2,
            ),
            Friction(
                41, "delivery", "low", "ours", "A newsletter had last year's opening hours; corrected at once",
                "quality defect", 30, resolved_after=0,
            ),
        ),
    ),
    Story(
        "Orbit Robotics",
        "lena",
        (Contract("Product launch", "fixed_fee", fee=54000, started=200, ends=-60, terms_days=30),),
        ((28.5, 13), (14, 15), (0, 14)),
        ("jonas", "mia", "sara"),
        sway=0.06,
        late=((0, 1),),
        frictions=(
            Friction(
                64, "expectations", "medium", "shared", "Legal checks every claim; nobody had planned that week",
                "expectations not set", 90, resolved_after=6,
            ),
        ),
    ),
    Story(
        "Linden & Ross Architects",
        "lena",
        (Contract("Website and press", "retainer", fee=4100, included_hours=40),),
        ((0, 8.6),),
        ("tom", "dora"),
        sway=0.2,
        late=((0, 2),),
        contact_every=14,
        frictions=(
            Friction(
                118, "delivery", "low", "ours", "Project photos uploaded without the photographer's name",
                "quality defect", 15, resolved_after=1,
            ),
        ),
    ),
    Story(
        "Harbor Legal",
        "anna",
        (Contract("Counsel site", "time_and_materials", bill_rate=124),),
        ((78, 10), (30, 12), (0, 11)),
        ("ivo", "tom"),
        late=((78, 6), (52, 12), (26, 28), (0, 44)),
        contact_every=14,
        terse=0.15,
        quiet_days=19,
        frictions=(
            Friction(
                80, "communication", "low", "client", "Second reminder: the invoice waits for a partner's signature",
                "late payment", 20, resolved_after=24,
            ),
            Friction(
                25, "communication", "low", "client", "Third reminder for an unpaid invoice; the answer was one line",
                "late payment; terse contact", 20,
            ),
        ),
    ),
    Story(
        "Papaya Travel",
        "marek",
        (Contract("App upkeep", "retainer", fee=4300, currency=FOREIGN, started=400, included_hours=45),),
        ((57, 10), (30, 9.5), (0, 9)),
        ("mia", "ivo"),
        sway=0.08,
        late=((0, 6),),
        frictions=(
            Friction(47, "communication", "low", "unknown", "Two weeks without an answer about the release date"),
            Friction(
                130, "delivery", "medium", "ours", "Update rejected by the app store: a privacy label was missing",
                "missing knowledge", 150, resolved_after=4,
            ),
        ),
    ),
    Story(
        "Umbra Lighting",
        "lena",
        (Contract("Catalogue", "retainer", fee=5600, started=380, included_hours=64),),
        ((54, 13), (20, 14), (0, 14.4)),
        ("dora", "tom", "clara"),
        sway=0.08,
        late=((0, 5),),
        frictions=(
            Friction(
                18, "delivery", "low", "ours", "Colours on two pages differed from the brand book",
                "quality defect", 40, resolved_after=4,
            ),
            Friction(
                73, "expectations", "low", "client", "Product data for chapter four came nine days late",
                "late input or approval", 60, resolved_after=9,
            ),
        ),
    ),
    Story(
        "Ferro Tools",
        "marek",
        (Contract("Dealer portal", "time_and_materials", bill_rate=138, cap=60000, started=420),),
        ((60, 6), (20, 7.5), (0, 7)),
        ("ivo", "jonas"),
        late=((0, 3),),
        contact_every=14,
        frictions=(
            Friction(
                55, "expectations", "low", "shared", "Dealers read “stock” as “on its way”; we had never asked",
                "unclear information", 45, resolved_after=7,
            ),
        ),
    ),
    Story(
        "Nordhafen Logistics",
        "lena",
        (Contract("Employer brand", "retainer", fee=15600, period="quarter", terms_days=30, included_hours=200),),
        ((78, 11), (0, 12)),
        ("clara", "sara", "tom"),
        sway=0.12,
        late=((0, 4),),
        contact_every=10,
        pass_through=900,
        frictions=(
            Friction(
                29, "communication", "low", "client", "Interview with the drivers moved for the third time",
                "late input or approval", 90, resolved_after=5,
            ),
        ),
    ),
    Story(
        "Cobalt Coffee",
        "anna",
        (Contract("Shop and social", "retainer", fee=2600, included_hours=30),),
        ((0, 6.2),),
        ("dora", "tom"),
        sway=0.2,
        late=((0, 1),),
        bills=(
            Bill(205, "invoice", "extra", 850, 20, "Window display"),
            Bill(96, "invoice", "extra", 700, 14, "Tasting evening"),
            Bill(33, "invoice", "extra", 900, 21, "Gift box label"),
        ),
        pass_through=350,
        contact_every=14,
        frictions=(
            Friction(
                88, "delivery", "low", "ours", "A post went out on the wrong channel and was taken down",
                "quality defect", 20, resolved_after=0,
            ),
        ),
    ),
    Story(
        "Atlas Language School",
        "marek",
        (Contract("Course finder", "fixed_fee", fee=36000, started=190, estimated_hours=340, terms_days=30),),
        ((27.2, 5), (12, 6.5), (0, 6)),
        ("mia", "clara"),
        late=((0, 3),),
        frictions=(
            Friction(
                38, "expectations", "medium", "client", "A second booking path after sign-off; priced separately",
                "out-of-scope request", 60, resolved_after=8,
            ),
        ),
    ),
)  # fmt: skip
