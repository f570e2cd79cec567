"""Clients that need attention: over-serviced, calling at night, in the minus, and one on its way back."""

from clienthealth.demo.story import Bill, Contract, Friction, Story

STRAINED = (
    Story(
        "Kestrel Outdoor",
        "anna",
        (Contract("Shop care", "retainer", fee=5200, included_hours=60),),
        ((78, 13.2), (34, 14), (26, 16.8), (0, 17)),
        ("ivo", "mia", "dora"),
        late=((0, 3),),
        frictions=(
            Friction(
                61, "expectations", "medium", "client", "Two landing pages asked for beyond the sixty hours",
                "out-of-scope request", 90, resolved_after=5,
            ),
            Friction(
                33, "expectations", "medium", "shared", "Nobody had said which edits the monthly fee includes",
                "expectations not set", 60,
            ),
            Friction(12, "delivery", "low", "ours", "Newsletter went out a day late", "missed deadline", 30, 1),
            Friction(4, "expectations", "medium", "unknown", minutes=45),
        ),
    ),
    Story(
        "Brightwater Utilities",
        "anna",
        (Contract("Customer letters", "retainer", fee=6000, included_hours=70),),
        ((0, 16.2),),
        ("tom", "clara", "dora"),
        late=((0, 8),),
        bills=(Bill(12, "credit_note", "contract", 4000, text="Tariff letter"),),
        frictions=(
            Friction(
                21, "delivery", "high", "ours",
                "Tariff letter printed with last year's price: 4,000 copies reprinted, fee credited",
                "quality defect", 240, 9, also=(("petra", 120),),
            ),
            Friction(
                13, "communication", "medium", "shared", "Their board heard of the reprint before we had called",
                "unclear information", 60,
            ),
        ),
    ),
    Story(
        "Meadow Foods",
        "lena",
        (Contract("Packaging", "retainer", fee=7400, started=420, included_hours=90),),
        ((60, 30), (34, 36), (28, 44), (13.9, 44), (13.2, 23), (0, 22.6)),
        ("dora", "sara", "tom"),
        late=((0, 4),),
        frictions=(
            Friction(
                150, "expectations", "medium", "shared", "Print deadlines had never been agreed in writing",
                "expectations not set", 60, 10,
            ),
            Friction(
                126, "delivery", "high", "ours", "Wrong barcode on a proof, found by the printer",
                "quality defect", 180, 2, also=(("sara", 90),),
            ),
            Friction(
                108, "expectations", "high", "client", "Eleventh round of edits on one carton",
                "endless edits", 300, 12,
            ),
            Friction(
                92, "communication", "low", "shared", "Agreed together: two rounds, one voice, a fortnightly call",
                "communication format", 0, 1,
            ),
            Friction(
                30, "delivery", "low", "ours", "Proof sent a day after the agreed date", "missed deadline", 15, 1,
            ),
        ),
    ),
    Story(
        "Velvet Records",
        "anna",
        (Contract("Releases", "retainer", fee=3200, included_hours=38),),
        ((78, 9), (40, 11.5), (30, 13.4), (0, 13.7)),
        ("sara", "tom", "mia"),
        late=((0, 9),),
        calls_at_night=0.6,
        contact_hours=("10:00", "18:00"),
        frictions=(
            Friction(
                76, "communication", "medium", "client", "Three calls after 22:00 about one cover",
                "contact outside agreed hours", 45, 8, at="22:40",
            ),
            Friction(
                44, "communication", "medium", "client", "Messages to Sara's private number, late in the evening",
                "contact outside agreed hours", 30, reporter="sara", at="21:15",
            ),
            Friction(
                23, "delivery", "low", "ours", "Single uploaded without its lyrics", "quality defect", 25, 0,
            ),
            Friction(
                9, "communication", "medium", "client", "Call at 23:20: the video “must be up by midnight”",
                "false urgency; contact outside agreed hours", 75, at="23:20",
            ),
        ),
    ),
    Story(
        "Novak Dental Group",
        "marek",
        (
            Contract("Website rebuild", "fixed_fee", fee=26000, started=150, ends=-25, terms_days=30),
            Contract("Hosting care", "retainer", fee=450),
        ),
        ((78, 1.6), (21.6, 1.6), (21.4, 19.6), (0, 19.8)),
        ("ivo", "mia", "petra"),
        late=((0, 11),),
        frictions=(
            Friction(
                70, "expectations", "high", "client", "A booking system was expected within the fixed price",
                "expectation gap on scope", 240, also=(("ivo", 120),),
            ),
            Friction(
                41, "delivery", "high", "ours", "A release broke the appointment form for a day",
                "quality defect", 300, 3, reporter="petra",
            ),
            Friction(
                20, "communication", "medium", "client", "Eleven calls in one afternoon about the same page",
                "false urgency", 120,
            ),
            Friction(6, "expectations", "high", "unknown", "Third change of the site map after sign-off", "", 180),
        ),
    ),
    Story(
        "Solaris Fitness",
        "anna",
        (Contract("Campaigns", "retainer", fee=3900, included_hours=50, terms_days=14),),
        ((78, 12.5), (40, 13.5), (26, 14.5), (14, 17.8), (6, 22.8), (0, 23.4)),
        ("dora", "tom", "mia"),
        late=((78, 8), (26, 18), (0, 31)),
        costs=300,
        terse=0.35,
        frictions=(
            Friction(
                88, "expectations", "medium", "client", "“Make it more alive”: the brief for four posters",
                "vague brief", 60,
            ),
            Friction(
                52, "communication", "high", "client", "A call about a banner ended in shouting; we broke it off",
                "disrespect of people's time", 60, reporter="dora",
            ),
            Friction(30, "expectations", "medium", "client", "Ninth round of edits on a poster", "endless edits", 200),
            Friction(
                15, "communication", "high", "client", "A public complaint was announced over a typo we had corrected",
                "public complaint", 90, also=(("dora", 45),),
            ),
            Friction(
                4, "delivery", "medium", "shared", "Photos arrived an hour before the print deadline; we missed it",
                "late input or approval; missed deadline", 75,
            ),
        ),
    ),
    Story(
        "Pinnacle Events",
        "marek",
        (Contract("Event season", "retainer", fee=4800, included_hours=65, terms_days=14),),
        ((78, 14), (30, 17), (18, 20.4), (0, 20.8)),
        ("sara", "dora", "petra"),
        late=((0, 16),),
        dispute=(58, 12),
        bills=(Bill(12, "write_off", "contract", 4200, text="Gala programme"),),
        frictions=(
            Friction(
                59, "expectations", "high", "shared", "They say the gala programme was promised for free; we billed it",
                "expectation gap on price", 150, also=(("petra", 60),),
            ),
            Friction(
                35, "communication", "medium", "client", "A new date was told to the caterer, not to us",
                "late input or approval", 120, 4,
            ),
            Friction(
                16, "expectations", "medium", "client", "Stage design asked for on top of the season plan",
                "out-of-scope request", 90,
            ),
        ),
    ),
    Story(
        "Riverside Museum",
        "lena",
        (Contract("Exhibition", "time_and_materials", bill_rate=92, started=104, is_billed=False, terms_days=30),),
        ((15, 5), (6, 7), (0, 8)),
        ("tom", "sara"),
        contact_every=10,
        frictions=(
            Friction(
                9, "expectations", "medium", "shared",
                "The purchase order is still not signed, so no hour could be billed", "expectation gap on price",
            ),
        ),
    ),
)  # fmt: skip
