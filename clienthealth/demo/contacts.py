"""Whom one talks to at the demo's clients. No native file holds contacts, so they are recorded as a person would."""

from clienthealth.demo.stories import STORIES
from engagements.models import Client, Contact

Somebody = tuple[str, str, str, bool]
"""Name, role, preferred channel, whether they decide."""

CONTACTS: dict[str, tuple[Somebody, ...]] = {
    "Atlas Language School": (("Miriam Okoye", "Head of courses", "email", True),),
    "Birchwood Hotels": (
        ("Helen Marsh", "Marketing director", "phone", True),
        ("Luis Ortega", "Front office, Lakeside", "email", False),
    ),
    "Brightwater Utilities": (
        ("Daniel Reed", "Head of customer letters", "email", True),
        ("Priya Nair", "Tariffs", "email", False),
    ),
    "Cobalt Coffee": (("Nina Faber", "Owner", "chat", True),),
    "Ferro Tools": (("Viktor Hahn", "Sales", "phone", True),),
    "Greenline Transit": (("Agnes Toth", "Passenger information", "email", True),),
    "Harbor Legal": (
        ("Edward Lowe", "Partner", "email", True),
        ("Susan Hill", "Office", "phone", False),
    ),
    "Kestrel Outdoor": (
        ("Jonna Salo", "Shop manager", "chat", False),
        ("Peter Salo", "Owner", "phone", True),
    ),
    "Linden & Ross Architects": (("Camille Ross", "Partner", "meeting", True),),
    "Meadow Foods": (
        ("Ralf Becker", "Brand manager", "phone", True),
        ("Ines Duarte", "Packaging", "email", False),
    ),
    "Nordhafen Logistics": (("Britta Lund", "People", "email", True),),
    "Novak Dental Group": (
        ("Dr Pavel Novak", "Owner", "phone", True),
        ("Eliska Mala", "Reception", "email", False),
    ),
    "Orbit Robotics": (("Yuki Tanabe", "Product marketing", "meeting", True),),
    "Papaya Travel": (("Rosa Medina", "Product", "chat", True),),
    "Pinnacle Events": (("Gregor Stahl", "Managing director", "phone", True),),
    "Quarry Stone Works": (("Martha Klein", "Sales", "email", True),),
    "Riverside Museum": (
        ("Dr Ilse Brandt", "Curator", "meeting", False),
        ("Frank Otto", "Purchasing", "email", True),
    ),
    "Second Chance Shelter": (("Tereza Moss", "Volunteer", "email", True),),
    "Solaris Fitness": (("Ricky Brand", "Owner", "chat", True),),
    "Tandem Bikes": (("Jos Visser", "Owner", "phone", True),),
    "Umbra Lighting": (("Anke Wolters", "Catalogue", "email", True),),
    "Vela Insurance": (("Oscar Lind", "Communications", "email", False),),
    "Velvet Records": (("Jude Bell", "Label manager", "chat", True),),
}


def add_contacts() -> None:
    """Record whoever is not recorded yet."""
    told = {story.client for story in STORIES}
    for client in Client.objects.filter(name__in=told & CONTACTS.keys()):
        for name, job_role, channel, decides in CONTACTS[client.name]:
            values = {"job_role": job_role, "preferred_channel": channel, "is_decision_maker": decides}
            Contact.objects.get_or_create(client=client, name=name, defaults={**values, "email": _email(name, client)})


def _email(name: str, client: Client) -> str:
    first_word = client.name.split(" ")[0].lower()
    return f"{name.removeprefix('Dr ').lower().replace(' ', '.')}@{first_word}.example"
