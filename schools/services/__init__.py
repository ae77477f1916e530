"""What the hub does with its schools, areas and contacts."""

from schools.timeline import record_event

from .answers import address_works_again, read_inbox, take_answer_in, withdraw_for_sender
from .areas import assign_areas_by_postcode
from .asked_links import ask_for_links, send_asked_links
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
from .forgetting import forget_what_is_past_its_time
from .handovers import confirm_contact, hand_over, trust_if_certainly_there
from .hub import LARGEST_FILE as LARGEST_PICTURE_FILE
from .hub import change_hub_profile, keep_hub_picture, remove_hub_picture
from .importing import ImportReport, import_schools
from .persons import ask_to_be_erased, erase_person, export_person, person_of
from .placing import choose_audit_offer, move_to_area
from .presence import ask_still_there, leave_school, say_still_there
from .school_file import ImportRefused

__all__ = [
    "LARGEST_PICTURE_FILE",
    "ImportRefused",
    "ImportReport",
    "add_contact",
    "address_works_again",
    "ask_for_links",
    "ask_still_there",
    "ask_to_be_erased",
    "assign_areas_by_postcode",
    "change_hub_profile",
    "choose_audit_offer",
    "confirm_contact",
    "confirm_contacts",
    "end_pauses",
    "enter_by_link",
    "erase_person",
    "export_person",
    "forget_what_is_past_its_time",
    "hand_over",
    "import_schools",
    "keep_contact",
    "keep_hub_picture",
    "leave_school",
    "let_contact_go",
    "let_mail_flow",
    "let_mail_go_again",
    "move_to_area",
    "pause_mail",
    "person_of",
    "read_inbox",
    "record_event",
    "remove_hub_picture",
    "say_still_there",
    "send_asked_links",
    "send_personal_link",
    "set_engagement",
    "take_answer_in",
    "take_part_again",
    "trust_if_certainly_there",
    "usable_link",
    "withdraw_consent",
    "withdraw_for_sender",
]
