"""What the demo company's world is made of: industries, product groups, places, names, words on websites.

Spend figures are true yearly tool spend per employee in EUR before the generator scales them to the company's revenue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

PRODUCT_GROUPS: Final = (
    "cutting_tools",
    "clamping_technology",
    "abrasives",
    "hand_tools",
    "power_tools",
    "measuring_tools",
    "workplace_equipment",
    "work_safety",
    "fastening",
    "lubricants",
    "machines",
    "material_handling",
)


@dataclass(frozen=True)
class ProductGroup:
    """One product group: prices in EUR, margin on list price, habits of the trade.

    ``list_margin`` is the share of the list price above standard cost, ``discount`` the usual discount ratio,
    ``kilograms_per_euro`` the shipping weight by net value.
    """

    name: str
    weight: float
    median_price: float
    price_spread: float
    list_margin: float
    discount: float
    standard_ratio: float
    service_ratio: float
    kilograms_per_euro: float
    nouns: tuple[str, ...]


GROUPS: Final = (
    ProductGroup(
        "cutting_tools",
        1.3,
        28,
        0.95,
        0.47,
        0.17,
        0.80,
        0.10,
        0.004,
        ("Solid carbide drill", "End mill", "Indexable insert", "Threading tap", "Reamer"),
    ),
    ProductGroup(
        "clamping_technology",
        0.8,
        95,
        1.0,
        0.45,
        0.14,
        0.65,
        0.20,
        0.020,
        ("Collet chuck", "Machine vice", "Shrink-fit holder", "Zero-point clamp"),
    ),
    ProductGroup(
        "abrasives",
        1.0,
        6.5,
        0.8,
        0.50,
        0.18,
        0.92,
        0.02,
        0.030,
        ("Cut-off wheel", "Flap disc", "Grinding belt", "Fibre disc"),
    ),
    ProductGroup(
        "hand_tools",
        1.2,
        17,
        0.9,
        0.48,
        0.15,
        0.90,
        0.02,
        0.030,
        ("Spanner", "Socket set", "Screwdriver", "Pliers", "Hammer"),
    ),
    ProductGroup(
        "power_tools",
        0.8,
        140,
        0.9,
        0.33,
        0.12,
        0.85,
        0.12,
        0.020,
        ("Cordless drill driver", "Angle grinder", "Rotary hammer", "Impact wrench"),
    ),
    ProductGroup(
        "measuring_tools",
        0.7,
        75,
        1.1,
        0.46,
        0.12,
        0.70,
        0.30,
        0.006,
        ("Calliper", "Micrometer", "Dial gauge", "Height gauge"),
    ),
    ProductGroup(
        "workplace_equipment",
        0.6,
        160,
        1.0,
        0.42,
        0.14,
        0.60,
        0.25,
        0.120,
        ("Workbench", "Tool trolley", "Drawer cabinet", "Anti-fatigue mat"),
    ),
    ProductGroup(
        "work_safety",
        1.1,
        13,
        0.8,
        0.46,
        0.16,
        0.93,
        0.01,
        0.030,
        ("Safety gloves", "Safety shoes", "Protective goggles", "Ear defenders"),
    ),
    ProductGroup(
        "fastening",
        0.9,
        9,
        0.9,
        0.49,
        0.18,
        0.94,
        0.01,
        0.070,
        ("Hexagon bolt set", "Blind rivet", "Anchor", "Threaded insert"),
    ),
    ProductGroup(
        "lubricants",
        0.5,
        24,
        0.9,
        0.44,
        0.13,
        0.88,
        0.08,
        0.110,
        ("Cooling lubricant", "Penetrating oil", "Cleaner", "Assembly paste"),
    ),
    ProductGroup(
        "machines",
        0.3,
        620,
        1.2,
        0.26,
        0.09,
        0.35,
        0.75,
        0.060,
        ("Pillar drill", "Band saw", "Bench grinder", "Compressor"),
    ),
    ProductGroup(
        "material_handling",
        0.5,
        130,
        1.0,
        0.41,
        0.13,
        0.62,
        0.18,
        0.140,
        ("Pallet truck", "Lifting sling", "Shelving", "Transport trolley"),
    ),
)


@dataclass(frozen=True)
class Industry:
    """One industry: how many companies of what size, what they spend, on what, and what their websites say."""

    code: str
    name: str
    weight: float
    median_employees: float
    employee_spread: float
    spend_per_employee: float
    share_shift: float
    mix: tuple[float, ...]
    family: str
    trade_words: tuple[str, ...]
    introductions: tuple[str, ...]


INDUSTRIES: Final = (
    Industry(
        "25.62",
        "machining",
        9,
        24,
        1.05,
        1500,
        0.25,
        (38, 14, 8, 5, 2, 9, 5, 5, 2, 7, 3, 2),
        "machining",
        ("Zerspanungstechnik", "Drehteile", "Frästechnik", "CNC-Technik"),
        (
            "Contract manufacturer of turned and milled parts in small and medium batches.",
            "We machine steel, stainless steel, aluminium and titanium to drawing.",
            "Precision turned parts from bar stock and complex milled components.",
        ),
    ),
    Industry(
        "25.73",
        "toolmaking",
        5,
        18,
        1.0,
        1900,
        0.20,
        (40, 15, 9, 5, 2, 12, 4, 3, 1, 5, 3, 1),
        "machining",
        ("Werkzeugbau", "Formenbau", "Stanzwerkzeuge"),
        (
            "Tool and mould making from design to the first sample.",
            "Injection moulds, punching tools and fixtures from one source.",
            "We build progressive dies and moulds for series production.",
        ),
    ),
    Industry(
        "28.41",
        "machine building",
        8,
        60,
        1.2,
        900,
        0.15,
        (24, 10, 8, 11, 6, 8, 10, 8, 6, 4, 2, 3),
        "machining",
        ("Maschinenbau", "Sondermaschinen", "Anlagenbau", "Automation"),
        (
            "Special-purpose machines and automation for industry.",
            "We design, build and commission machines and production lines.",
            "Mechanical engineering with in-house assembly and service.",
        ),
    ),
    Industry(
        "29.32",
        "automotive supply",
        3,
        170,
        1.2,
        700,
        -0.25,
        (34, 11, 8, 6, 5, 8, 8, 11, 2, 4, 1, 2),
        "machining",
        ("Automotive", "Fahrzeugtechnik", "Systemtechnik"),
        (
            "Supplier of drive-train and chassis components to vehicle makers.",
            "Series production of safety-relevant vehicle components.",
            "Development partner and series supplier for mobility.",
        ),
    ),
    Industry(
        "25.11",
        "steel construction",
        6,
        20,
        1.0,
        620,
        0.05,
        (10, 3, 30, 12, 14, 3, 5, 9, 9, 3, 1, 1),
        "metal",
        ("Stahlbau", "Metallbau", "Schlosserei"),
        (
            "Steel structures, stairs and railings for industry and housing.",
            "Structural steelwork, welded assemblies and erection on site.",
            "Locksmith's shop and steel construction for the region.",
        ),
    ),
    Industry(
        "24.51",
        "foundry",
        1,
        80,
        1.0,
        560,
        -0.05,
        (12, 4, 30, 8, 6, 6, 6, 16, 2, 5, 1, 4),
        "metal",
        ("Gießerei", "Guss"),
        (
            "Grey and ductile iron castings up to two tonnes.",
            "Sand casting and finishing of castings.",
            "Aluminium castings with mechanical finishing.",
        ),
    ),
    Industry(
        "22.29",
        "plastics",
        4,
        45,
        1.1,
        330,
        -0.10,
        (14, 6, 8, 12, 6, 9, 12, 15, 6, 6, 1, 5),
        "industry",
        ("Kunststofftechnik", "Spritzguss"),
        (
            "Technical injection mouldings and assemblies.",
            "Plastics processing from tool to packed part.",
            "Injection moulding with clean production.",
        ),
    ),
    Industry(
        "27.12",
        "electrical equipment",
        4,
        55,
        1.15,
        300,
        -0.05,
        (8, 4, 4, 22, 10, 10, 14, 14, 8, 3, 0, 3),
        "industry",
        ("Schaltanlagen", "Elektrotechnik", "Steuerungsbau"),
        (
            "Switchgear, control cabinets and drives.",
            "Control cabinets and wire harnesses in series.",
            "Electrical engineering for machine makers.",
        ),
    ),
    Industry(
        "31.09",
        "furniture",
        4,
        14,
        1.0,
        420,
        0.0,
        (12, 4, 20, 14, 16, 4, 7, 7, 12, 2, 1, 1),
        "wood",
        ("Möbelwerkstätten", "Innenausbau", "Tischlerei"),
        (
            "Furniture and shop fitting made to measure.",
            "Joinery for interior work and kitchens.",
            "Cabinet making with modern woodworking machines.",
        ),
    ),
    Industry(
        "43.22",
        "plumbing and heating",
        11,
        9,
        0.8,
        390,
        0.0,
        (6, 1, 8, 26, 24, 4, 6, 10, 12, 2, 0, 1),
        "craft",
        ("Heizung Sanitär", "Haustechnik", "Gebäudetechnik"),
        (
            "Heating, bathrooms and ventilation from one source.",
            "Building services for homes and business.",
            "Heat pumps, heating and plumbing with emergency service.",
        ),
    ),
    Industry(
        "43.21",
        "electrical installation",
        10,
        9,
        0.85,
        330,
        0.0,
        (6, 1, 3, 28, 25, 7, 6, 10, 12, 1, 0, 1),
        "craft",
        ("Elektro", "Elektroanlagen", "Elektromontage"),
        (
            "Electrical installation, photovoltaics and networks.",
            "Electrical work for homes, trade and industry.",
            "Installation, smart homes and charging stations.",
        ),
    ),
    Industry(
        "43.32",
        "carpentry",
        8,
        8,
        0.8,
        480,
        0.05,
        (10, 2, 16, 18, 22, 3, 5, 7, 15, 1, 0, 1),
        "wood",
        ("Schreinerei", "Holzbau", "Fensterbau"),
        (
            "Windows, doors and stairs from our own workshop.",
            "Timber construction and carpentry.",
            "Assembly of windows, doors and fitted furniture.",
        ),
    ),
    Industry(
        "41.20",
        "construction",
        9,
        16,
        1.1,
        210,
        -0.10,
        (3, 1, 11, 17, 22, 4, 7, 20, 9, 1, 0, 5),
        "craft",
        ("Bauunternehmen", "Hochbau", "Bau"),
        (
            "Turnkey building and structural work.",
            "Construction company for housing and industry.",
            "Building, renovation and concrete work.",
        ),
    ),
    Industry(
        "45.20",
        "vehicle repair",
        9,
        8,
        0.8,
        360,
        0.05,
        (5, 2, 10, 32, 14, 4, 10, 9, 4, 7, 1, 2),
        "craft",
        ("Fahrzeugservice", "Autohaus", "Landtechnik", "Nutzfahrzeuge"),
        (
            "Workshop for cars and commercial vehicles.",
            "Repair and service of agricultural machinery.",
            "Body shop, tyres and inspection of every make.",
        ),
    ),
    Industry(
        "33.12",
        "industrial maintenance",
        4,
        22,
        1.0,
        650,
        0.20,
        (15, 5, 13, 22, 12, 8, 6, 10, 4, 4, 0, 1),
        "metal",
        ("Industrieservice", "Instandhaltung", "Montagetechnik"),
        (
            "Maintenance and repair of production plants.",
            "Industrial service with our own mechanical workshop.",
            "Assembly, relocation and overhaul of machines.",
        ),
    ),
    Industry(
        "10.89",
        "food production",
        2,
        90,
        1.1,
        110,
        -0.20,
        (4, 1, 4, 20, 8, 6, 14, 26, 4, 7, 0, 6),
        "industry",
        ("Lebensmittel", "Feinkost"),
        (
            "Producer of chilled and frozen food.",
            "Food production to international standards.",
            "Specialities from the region for retail and restaurants.",
        ),
    ),
    Industry(
        "85.32",
        "vocational training",
        2,
        40,
        0.9,
        120,
        0.10,
        (20, 8, 6, 22, 8, 12, 12, 8, 2, 1, 1, 0),
        "public",
        ("Bildungszentrum", "Lehrwerkstatt", "Technikerschule"),
        (
            "Vocational training in metal and electrical trades.",
            "Training workshop for regional companies.",
            "Courses for skilled workers and masters.",
        ),
    ),
    Industry(
        "52.29",
        "logistics services",
        3,
        50,
        1.1,
        80,
        -0.20,
        (1, 0, 1, 14, 8, 1, 16, 26, 4, 3, 0, 26),
        "service",
        ("Logistik", "Spedition"),
        (
            "Contract logistics and warehousing.",
            "Forwarding agency with its own fleet.",
            "Warehousing, picking and distribution.",
        ),
    ),
)


@dataclass(frozen=True)
class WebsiteSignal:
    """A word on a website that says something about the wallet.

    ``effect`` is added to the logarithm of the true wallet; ``probability`` by industry family, 0 where not named.
    """

    phrases: tuple[str, ...]
    effect: float
    probability: dict[str, float]


SIGNALS: Final = (
    WebsiteSignal(
        (
            "Our machine park includes several 5-axis machining centres. ",
            "5-axis simultaneous milling up to 1200 mm. ",
            "Machining centres with 5 axes and pallet changer. ",
        ),
        0.55,
        {"machining": 0.38, "metal": 0.08},
    ),
    WebsiteSignal(
        (
            "CNC turning with driven tools and bar feeder. ",
            "CNC lathes with counter spindle. ",
            "CNC turning and milling in one set-up. ",
        ),
        0.40,
        {"machining": 0.50, "metal": 0.15, "industry": 0.05},
    ),
    WebsiteSignal(
        ("Wire and die-sinking EDM in air-conditioned rooms. ", "We erode cavities with wire EDM. "),
        0.22,
        {"machining": 0.22},
    ),
    WebsiteSignal(
        ("We produce in three shifts. ", "Production runs around the clock in three-shift operation. "),
        0.45,
        {"machining": 0.22, "metal": 0.18, "industry": 0.20, "wood": 0.04},
    ),
    WebsiteSignal(
        ("Certified to EN 9100 for aerospace parts. ", "Approved supplier of the aerospace industry. "),
        0.35,
        {"machining": 0.10},
    ),
    WebsiteSignal(
        ("In-house grinding shop and surface finishing. ", "Grinding, polishing and blasting in house. "),
        0.30,
        {"machining": 0.15, "metal": 0.35, "wood": 0.10},
    ),
    WebsiteSignal(
        ("Certified welding shop to EN 1090. ", "Welding robots and certified welders. "),
        0.25,
        {"metal": 0.45, "machining": 0.08, "craft": 0.04},
    ),
    WebsiteSignal(
        (
            "Our assembly teams work on construction sites all over the country. ",
            "Thirty assembly vans are on the road every day. ",
        ),
        0.40,
        {"craft": 0.18, "wood": 0.14, "metal": 0.12},
    ),
    WebsiteSignal(
        ("CNC joinery with nesting machine and edge banding. ", "Panel saw, CNC router and edge banding line. "),
        0.38,
        {"wood": 0.32},
    ),
    WebsiteSignal(
        ("Our own training workshop teaches apprentices. ", "Apprentices learn in our training workshop. "),
        0.12,
        {"machining": 0.3, "metal": 0.25, "industry": 0.25, "craft": 0.3, "wood": 0.25, "public": 0.6},
    ),
    WebsiteSignal(
        (
            "We trade in components and do not manufacture ourselves. ",
            "Sales office and engineering only, production by partners. ",
        ),
        -0.90,
        {"machining": 0.07, "metal": 0.05, "industry": 0.12, "service": 0.2},
    ),
    WebsiteSignal(
        ("Planning, consulting and project management. ", "Engineering office for planning and tendering. "),
        -0.50,
        {"machining": 0.06, "craft": 0.10, "industry": 0.08, "service": 0.15},
    ),
)

#: Sentences that say nothing about the wallet.
FILLERS: Final = (
    "Family business in the third generation. ",
    "ISO 9001 certified. ",
    "We are looking for motivated colleagues. ",
    "Quality and reliability since 1962. ",
    "Your partner in the region. ",
    "Visit us at the next trade fair. ",
    "Short ways, fast decisions, fair prices. ",
    "Sustainability is part of our policy. ",
    "Contact us without obligation. ",
    "References from well-known customers. ",
)


@dataclass(frozen=True)
class City:
    """A place with its first postal code, how many follow it, coordinates and weight."""

    country: str
    name: str
    postal_code: int
    postal_codes: int
    latitude: float
    longitude: float
    weight: float


CITIES: Final = tuple(
    City(*row)
    for row in (
        ("DE", "Flensburg", 24937, 6, 54.78, 9.44, 0.7),
        ("DE", "Kiel", 24103, 40, 54.32, 10.14, 1.0),
        ("DE", "Lübeck", 23552, 18, 53.87, 10.69, 1.0),
        ("DE", "Rostock", 18055, 60, 54.09, 12.10, 0.8),
        ("DE", "Hamburg", 20095, 700, 53.55, 9.99, 4.0),
        ("DE", "Bremen", 28195, 580, 53.08, 8.80, 2.0),
        ("DE", "Oldenburg", 26121, 14, 53.14, 8.21, 0.9),
        ("DE", "Osnabrück", 49074, 16, 52.28, 8.05, 1.3),
        ("DE", "Hannover", 30159, 500, 52.37, 9.73, 2.4),
        ("DE", "Braunschweig", 38100, 26, 52.27, 10.52, 1.4),
        ("DE", "Magdeburg", 39104, 26, 52.13, 11.63, 0.9),
        ("DE", "Berlin", 10115, 3900, 52.52, 13.40, 3.8),
        ("DE", "Cottbus", 3042, 8, 51.76, 14.33, 0.6),
        ("DE", "Leipzig", 4103, 250, 51.34, 12.37, 1.5),
        ("DE", "Dresden", 1067, 250, 51.05, 13.74, 1.6),
        ("DE", "Chemnitz", 9111, 20, 50.83, 12.92, 1.8),
        ("DE", "Erfurt", 99084, 15, 50.98, 11.03, 1.1),
        ("DE", "Kassel", 34117, 17, 51.31, 9.48, 1.3),
        ("DE", "Bielefeld", 33602, 150, 52.02, 8.53, 2.3),
        ("DE", "Paderborn", 33098, 9, 51.72, 8.75, 1.3),
        ("DE", "Münster", 48143, 16, 51.96, 7.63, 1.6),
        ("DE", "Dortmund", 44135, 250, 51.51, 7.47, 2.3),
        ("DE", "Hagen", 58089, 12, 51.36, 7.47, 1.9),
        ("DE", "Essen", 45127, 230, 51.46, 7.01, 1.9),
        ("DE", "Duisburg", 47051, 220, 51.43, 6.76, 1.7),
        ("DE", "Düsseldorf", 40210, 400, 51.23, 6.78, 2.0),
        ("DE", "Remscheid", 42853, 46, 51.18, 7.19, 1.6),
        ("DE", "Köln", 50667, 400, 50.94, 6.96, 2.4),
        ("DE", "Aachen", 52062, 18, 50.78, 6.08, 1.2),
        ("DE", "Siegen", 57072, 8, 50.87, 8.02, 1.6),
        ("DE", "Gießen", 35390, 8, 50.58, 8.68, 1.1),
        ("DE", "Koblenz", 56068, 10, 50.36, 7.59, 1.1),
        ("DE", "Trier", 54290, 8, 49.75, 6.64, 0.7),
        ("DE", "Frankfurt am Main", 60311, 600, 50.11, 8.68, 2.4),
        ("DE", "Saarbrücken", 66111, 22, 49.24, 6.99, 1.2),
        ("DE", "Mannheim", 68159, 150, 49.49, 8.47, 1.7),
        ("DE", "Karlsruhe", 76131, 100, 49.01, 8.40, 1.9),
        ("DE", "Heilbronn", 74072, 9, 49.14, 9.22, 2.3),
        ("DE", "Stuttgart", 70173, 450, 48.78, 9.18, 3.6),
        ("DE", "Pforzheim", 75172, 10, 48.89, 8.70, 1.7),
        ("DE", "Reutlingen", 72760, 11, 48.49, 9.21, 1.9),
        ("DE", "Villingen-Schwenningen", 78048, 9, 48.06, 8.46, 2.0),
        ("DE", "Freiburg im Breisgau", 79098, 20, 47.99, 7.85, 1.3),
        ("DE", "Ravensburg", 88212, 3, 47.78, 9.61, 1.4),
        ("DE", "Ulm", 89073, 9, 48.40, 9.99, 1.7),
        ("DE", "Augsburg", 86150, 50, 48.37, 10.90, 1.7),
        ("DE", "Ingolstadt", 85049, 10, 48.76, 11.42, 1.2),
        ("DE", "München", 80331, 1500, 48.14, 11.58, 3.3),
        ("DE", "Rosenheim", 83022, 5, 47.86, 12.13, 1.1),
        ("DE", "Landshut", 84028, 8, 48.54, 12.15, 1.1),
        ("DE", "Regensburg", 93047, 12, 49.02, 12.10, 1.2),
        ("DE", "Nürnberg", 90402, 90, 49.45, 11.08, 2.5),
        ("DE", "Würzburg", 97070, 15, 49.79, 9.95, 1.3),
        ("DE", "Bayreuth", 95444, 5, 49.95, 11.58, 0.9),
        ("DE", "Schweinfurt", 97421, 4, 50.05, 10.23, 1.0),
        ("AT", "Wien", 1010, 220, 48.21, 16.37, 2.2),
        ("AT", "Linz", 4020, 20, 48.31, 14.29, 1.6),
        ("AT", "Graz", 8010, 45, 47.07, 15.44, 1.3),
        ("AT", "Salzburg", 5020, 8, 47.80, 13.04, 1.0),
        ("AT", "Dornbirn", 6850, 4, 47.41, 9.74, 0.9),
        ("CH", "Zürich", 8001, 60, 47.38, 8.54, 1.8),
        ("CH", "Winterthur", 8400, 10, 47.50, 8.72, 1.0),
        ("CH", "Bern", 3001, 27, 46.95, 7.45, 0.9),
        ("CH", "St. Gallen", 9000, 16, 47.42, 9.38, 0.9),
        ("US", "Greenville", 29601, 17, 34.85, -82.40, 0.8),
        ("US", "Charlotte", 28202, 70, 35.23, -80.84, 0.7),
    )
)

COUNTRIES: Final = ("DE", "AT", "CH", "US")
POSTAL_DIGITS: Final = (5, 4, 4, 5)
CURRENCIES: Final = ("EUR", "CHF", "USD")

SURNAMES: Final = (
    "Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Hoffmann", "Schäfer",
    "Koch", "Bauer", "Richter", "Klein", "Wolf", "Schröder", "Neumann", "Schwarz", "Zimmermann", "Braun", "Krüger",
    "Hofmann", "Hartmann", "Lange", "Schmitt", "Werner", "Krause", "Meier", "Lehmann", "Schmid", "Schulze", "Maier",
    "Köhler", "Herrmann", "König", "Walter", "Mayer", "Huber", "Kaiser", "Fuchs", "Peters", "Lang", "Scholz", "Möller",
    "Weiß", "Jung", "Hahn", "Schubert", "Vogel", "Friedrich", "Keller", "Günther", "Frank", "Berger", "Winkler", "Roth",
    "Beck", "Lorenz", "Baumann", "Franke", "Albrecht", "Schuster", "Simon", "Ludwig", "Böhm", "Winter", "Kraus",
    "Martin", "Schumacher", "Krämer", "Vogt", "Stein", "Jäger", "Otto", "Sommer", "Groß", "Seidel", "Heinrich",
    "Brandt", "Haas",
    "Schreiber", "Graf", "Schulte", "Dietrich", "Ziegler", "Kuhn", "Kühn", "Pohl", "Engel", "Horn", "Busch", "Bergmann",
    "Thomas", "Voigt", "Sauer", "Arnold", "Wolff", "Pfeiffer",
)  # fmt: skip

GIVEN_NAMES: Final = (
    "Anna", "Lena", "Julia", "Sabine", "Petra", "Claudia", "Katrin", "Monika", "Heike", "Nicole", "Thomas", "Michael",
    "Andreas", "Stefan", "Peter", "Markus", "Jürgen", "Frank", "Uwe", "Jörg", "Bernd", "Ralf", "Martin", "Christian",
    "Daniel", "Tobias", "Florian", "Sebastian", "Matthias", "Oliver",
)  # fmt: skip

LEGAL_FORMS: Final = ("GmbH", "GmbH & Co. KG", "AG", "KG", "e.K.", "GbR")
COMPETITORS: Final = (
    "Hofkamp Werkzeuge",
    "Brandner Industriebedarf",
    "Tooltec Online",
    "Nordwerk Handel",
    "Kessler & Sohn",
)

_MIX_WEIGHTS: Final = np.array([industry.mix for industry in INDUSTRIES], dtype=np.float64)
#: Share of each product group in the spend of an industry (industry x group), rows add up to 1.
MIX: Final = _MIX_WEIGHTS / _MIX_WEIGHTS.sum(axis=1, keepdims=True)
