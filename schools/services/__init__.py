"""What the hub does with its schools, areas and contacts."""

from schools.timeline import record_event

from .areas import assign_areas_by_postcode
from .contacts import (
    add_contact,
    confirm_contacts,
    enter_by_link,
    keep_contact,
    let_contact_go,
    let_mail_go_again,
    send_personal_link,
    usable_link,
    withdraw_consent,
)
from .importing import ImportReport, import_schools
from .placing import choose_audit_offer, move_to_area
from .school_file import ImportRefused

__all__ = [
    "ImportRefused",
    "ImportReport",
    "add_contact",
    "assign_areas_by_postcode",
    "choose_audit_offer",
    "confirm_contacts",
    "enter_by_link",
    "import_schools",
    "keep_contact",
    "let_contact_go",
    "let_mail_go_again",
    "move_to_area",
    "record_event",
    "send_personal_link",
    "usable_link",
    "withdraw_consent",
]
