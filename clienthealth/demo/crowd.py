"""Names for thousands of clients and people, each once."""

import random
from itertools import product

SURNAMES = (
    "Adler", "Alvarez", "Andersson", "Aydin", "Bakker", "Baran", "Becker", "Bianchi", "Blom", "Bonnet", "Braun",
    "Brooks", "Carver", "Castro", "Cerny", "Chapman", "Conti", "Costa", "Dahl", "Delgado", "Dorn", "Dubois",
    "Duran", "Eder", "Eklund", "Farkas", "Fiala", "Fischer", "Fontaine", "Forster", "Frost", "Garnier", "Gomes",
    "Graf", "Greco", "Grimm", "Haas", "Hansen", "Hartmann", "Hoffman", "Holm", "Horvath", "Hughes", "Ivanov",
    "Jansen", "Jensen", "Kaiser", "Kaminski", "Kardos", "Keller", "Kovacs", "Kowal", "Kraus", "Kruger", "Lang",
    "Larsen", "Laurent", "Lehmann", "Lindgren", "Lombardi", "Lorenz", "Maier", "Malik", "Marek", "Marino",
    "Martin", "Mendes", "Meyer", "Moller", "Morris", "Nagy", "Nemeth", "Nilsson", "Oakley", "Olsen", "Orlov",
    "Palmer", "Parker", "Peeters", "Perrin", "Petrescu", "Pohl", "Popov", "Quinn", "Rossi", "Roth", "Ryan",
    "Sailer", "Santos", "Schmid", "Sokol", "Stein", "Szabo", "Tanner", "Thomsen", "Urban", "Vance", "Varga",
    "Visser", "Wagner", "Walsh", "Wolf", "Zeman", "Zimmer",
)  # fmt: skip
TRADES = (
    "Accounting", "Acoustics", "Aerospace", "Agro", "Analytics", "Antiques", "Apparel", "Aquatics", "Archives",
    "Automation", "Bakery", "Batteries", "Bicycles", "Biotech", "Boats", "Books", "Bricks", "Capital", "Care",
    "Castings", "Catering", "Ceramics", "Chemicals", "Cinema", "Clinics", "Coatings", "Components",
    "Construction", "Consulting", "Cosmetics", "Crafts", "Dairy", "Dental", "Diagnostics", "Drinks", "Education",
    "Electric", "Energy", "Engineering", "Events", "Fabrics", "Farms", "Finance", "Fisheries", "Fitness",
    "Flooring", "Foods", "Forestry", "Freight", "Furniture", "Gardens", "Glass", "Grocery", "Health", "Heating",
    "Homes", "Hotels", "Insurance", "Interiors", "Jewellery", "Kitchens", "Labs", "Lifts", "Lighting",
    "Logistics", "Machines", "Marine", "Media", "Medical", "Metals", "Mills", "Minerals", "Mobility", "Motors",
    "Museum", "Music", "Networks", "Optics", "Packaging", "Paper", "Parking", "Pharma", "Plastics", "Pools",
    "Press", "Printing", "Properties", "Railways", "Recycling", "Robotics", "Roofing", "School", "Security",
    "Seeds", "Shipping", "Software", "Solar", "Sports", "Steel", "Studios", "Systems", "Tea", "Textiles",
    "Theatre", "Tools", "Toys", "Travel", "Vineyards", "Water", "Windows",
)  # fmt: skip
FIRST_NAMES = (
    "Ada", "Alex", "Amir", "Ana", "Ben", "Bo", "Carl", "Carmen", "Chloe", "Dan", "Dina", "Ed", "Ela", "Emil",
    "Erik", "Eva", "Finn", "Gina", "Greta", "Hana", "Hugo", "Ida", "Igor", "Ines", "Ira", "Jan", "Jil", "Juan",
    "Kai", "Karin", "Kim", "Leo", "Lia", "Luc", "Mara", "Max", "Mila", "Nico", "Nora", "Otto", "Paul", "Pia",
    "Ralf", "Rita", "Sam", "Sofia", "Theo", "Vera",
)  # fmt: skip


def client_names(count: int) -> list[str]:
    """The same names in the same order whatever the seed, so that an interrupted run can be taken up again."""
    names = [f"{surname} {trade}" for surname, trade in product(SURNAMES, TRADES)]
    random.Random(0).shuffle(names)  # noqa: S311  an order, not a secret
    return names[:count]


def people_names(count: int) -> list[str]:
    names = [f"{first} {surname}" for first, surname in product(FIRST_NAMES, SURNAMES)]
    random.Random(0).shuffle(names)  # noqa: S311  an order, not a secret
    return names[:count]
