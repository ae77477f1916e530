"""Invented people and the areas they look after. All addresses are on example.org."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import time

# Everybody may know it: it opens nothing but a demo, and production refuses to start with DEMO on.
PASSWORD = "sing-every-day"  # noqa: S105


@dataclass(frozen=True)
class StaffMember:
    """Somebody who signs in to the demo; `is_shown` puts the login on the screen."""

    name: str
    email: str
    role: str
    job_title: str
    is_shown: bool = False


STAFF = (
    StaffMember("Helen Ashdown", "admin@hub.example.org", "administrator", "Hub Manager", is_shown=True),
    StaffMember("Rosa Marsh", "officer@hub.example.org", "officer", "Area Music Leader", is_shown=True),
    StaffMember("Daniel Okoro", "daniel.okoro@hub.example.org", "officer", "Area Music Leader"),
    StaffMember("Priya Raman", "priya.raman@hub.example.org", "officer", "Area Music Leader"),
    StaffMember("Tom Bexley", "tom.bexley@hub.example.org", "officer", "Area Music Leader"),
    StaffMember("Grace Whitlow", "viewer@hub.example.org", "viewer", "Board member", is_shown=True),
)


@dataclass(frozen=True)
class WorkingWeek:
    """When an officer works (0 is Monday), and how long the way from one school to the next takes."""

    opens: time
    closes: time
    travel_minutes: int
    days: Collection[int] = range(5)


WORKING_WEEKS = {
    "officer@hub.example.org": WorkingWeek(time(8, 30), time(17, 0), travel_minutes=30),
    "daniel.okoro@hub.example.org": WorkingWeek(time(8, 0), time(16, 30), travel_minutes=20),
    "priya.raman@hub.example.org": WorkingWeek(time(9, 0), time(16, 30), travel_minutes=30, days=range(4)),
    "tom.bexley@hub.example.org": WorkingWeek(time(8, 30), time(17, 30), travel_minutes=25),
}


@dataclass(frozen=True)
class DemoArea:
    """A part of the patch: its name, its leader's address and the postcode districts it covers."""

    name: str
    leader: str
    districts: tuple[str, ...]


AREAS = (
    DemoArea("Leicester North and West", "officer@hub.example.org", ("LE1", "LE3", "LE4")),
    DemoArea("Leicester South and East", "daniel.okoro@hub.example.org", ("LE2", "LE5", "LE18")),
    DemoArea(
        "Charnwood and Melton",
        "priya.raman@hub.example.org",
        ("LE6", "LE7", "LE11", "LE12", "LE13", "LE14", "DE74", "NG13", "NG32", "NG33"),
    ),
    DemoArea("North West Leicestershire", "officer@hub.example.org", ("LE65", "LE67", "DE11", "DE12", "DE73")),
    DemoArea(
        "Hinckley, Blaby and Harborough",
        "tom.bexley@hub.example.org",
        ("LE8", "LE9", "LE10", "LE15", "LE16", "LE17", "LE19", "CV9", "CV13"),
    ),
)

COORDINATORS = (
    "Alice Penrose", "Ben Holloway", "Chloe Adeyemi", "David Marchetti", "Ellie Saunders", "Farid Hassan",
    "Georgia Lyle", "Harriet Boon", "Imran Sadiq", "Jess Tolland", "Kieran Walsh", "Leila Farouk",
    "Marcus Brandt", "Nia Pritchard", "Owen Castle", "Polly Ferris", "Quentin Roe", "Ruth Amory",
    "Sanjay Verma", "Tessa Lindley",
)  # fmt: skip
HEADS = (
    "Mrs A. Thornbury", "Mr J. Osei", "Ms L. Carrick", "Dr P. Venn", "Mrs S. Dhillon", "Mr R. Eastlake",
    "Ms K. Moreton", "Mr D. Fenwick", "Mrs N. Abara", "Ms T. Hollis",
)  # fmt: skip
