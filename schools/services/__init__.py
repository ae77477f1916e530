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
from .engagement import (
    end_pauses,
    let_mail_flow,
    pause_mail,
    set_engagement,
    take_part_again,
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
    "end_pauses",
    "enter_by_link",
    "import_schools",
    "keep_contact",
    "let_contact_go",
    "let_mail_flow",
    "let_mail_go_again",
    "move_to_area",
    "pause_mail",
    "record_event",
    "send_personal_link",
    "set_engagement",
    "take_part_again",
    "usable_link",
    "withdraw_consent",
]
