"""Clients for whom no level can be told, each for another reason."""

from clienthealth.demo.story import Contract, Friction, Story

BESIDE = (
    Story(
        "Quarry Stone Works",
        "lena",
        (Contract("Trade fair", "fixed_fee", fee=14500, started=40, ends=-35, terms_days=30),),
        ((5.6, 8), (0, 11)),
        ("clara", "sara"),
        contact_every=5,
        frictions=(
            Friction(
                17, "expectations", "low", "shared", "Stand measures on the plan and in the hall differ by a metre",
                "unclear information", 45, 3,
            ),
        ),
    ),
    Story(
        "Tandem Bikes",
        "marek",
        (Contract("Shop", "retainer", fee=3200, paused=(165, 0)),),
        ((78, 8), (30, 8), (24.2, 6), (23.8, 0)),
        ("ivo",),
        contact_every=30,
        frictions=(
            Friction(
                169, "expectations", "low", "client", "Sales fell; they asked for a pause of half a year",
                "client's hard circumstances", 0, 2,
            ),
        ),
    ),
    Story(
        "Vela Insurance",
        "anna",
        status="prospect",
        contact_every=None,
        contact_hours=None,
    ),
    Story(
        "Second Chance Shelter",
        "lena",
        (Contract("Adoption pages", "retainer", fee=150),),
        ((0, 3.2),),
        ("dora", "mia"),
        contact_every=30,
        exempt=True,
        contact_hours=None,
        frictions=(
            Friction(
                84, "communication", "low", "ours", "Their question lay unread for a week over the holidays",
                "long wait", 0, 8,
            ),
        ),
    ),
    Story(
        "Greenline Transit",
        "marek",
        (Contract("Passenger information", "retainer", fee=4200, ends=-24, included_hours=50),),
        ((78, 15), (20, 17), (8, 10), (0, 6)),
        ("clara", "mia"),
        late=((0, 7),),
        status="offboarding",
        frictions=(
            Friction(
                112, "expectations", "medium", "shared", "We part on good terms: their own team takes over",
                "our goal was not the client's goal", 0, 0,
            ),
            Friction(
                27, "delivery", "low", "ours", "Handover notes lacked the font licences", "unclear information", 40, 3,
            ),
        ),
    ),
    Story(
        "Old Mill Brewery",
        "marek",
        (Contract("Labels", "retainer", fee=2900, ends=152, included_hours=30),),
        ((78, 9), (40, 14), (22, 15)),
        ("dora", "tom"),
        late=((78, 10), (26, 34)),
        status="parted",
        contact_every=None,
        frictions=(
            Friction(
                240, "expectations", "medium", "client", "Six bottle shapes instead of two, at the same fee",
                "out-of-scope request", 180, 30,
            ),
            Friction(
                196, "communication", "medium", "shared", "Both sides tired of the edits; ended politely, handed over",
                "endless edits", 0, 40,
            ),
        ),
    ),
)  # fmt: skip
