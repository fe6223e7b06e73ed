"""Writes of personal data: numbers, birthdays, consents, guardians, erasure, keys."""

from kepu.directory.privacy.services.consents import (
    answer_consent,
    confirm_guardian,
    declare_guardian,
    end_guardianship,
    note_request,
    withdraw_consent,
)
from kepu.directory.privacy.services.erasure import (
    Retention,
    apply_retention,
    erase_person,
    export_person,
    let_go_of_requests,
    let_go_unconfirmed,
    obstacles_to_erasure,
    register_obstacle,
    register_retention,
)
from kepu.directory.privacy.services.invitations import decline_invitation, invite_guardian, take_on_child
from kepu.directory.privacy.services.keys import Rotation, rotate_keys
from kepu.directory.privacy.services.numbers import (
    drop_number,
    keep_number,
    ledger_key,
    release_claim,
    reveal_number,
    set_birthday,
)

__all__ = [
    "Retention",
    "Rotation",
    "answer_consent",
    "apply_retention",
    "confirm_guardian",
    "declare_guardian",
    "decline_invitation",
    "drop_number",
    "end_guardianship",
    "erase_person",
    "export_person",
    "invite_guardian",
    "keep_number",
    "ledger_key",
    "let_go_of_requests",
    "let_go_unconfirmed",
    "note_request",
    "obstacles_to_erasure",
    "register_obstacle",
    "register_retention",
    "release_claim",
    "reveal_number",
    "rotate_keys",
    "set_birthday",
    "take_on_child",
    "withdraw_consent",
]
