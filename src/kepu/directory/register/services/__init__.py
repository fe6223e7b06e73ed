"""Writes of the register: regions, bodies, persons, roles and tokens."""

from kepu.directory.register.services.demonstration import demonstration_person
from kepu.directory.register.services.organisations import (
    add_alias,
    correct_organisation,
    create_organisation,
    delete_organisation,
    remove_alias,
)
from kepu.directory.register.services.outlines import OutlineLoaded, load_outline, remove_outline
from kepu.directory.register.services.people import (
    create_person,
    deactivate_person,
    end_role,
    grant_role,
    note_sign_in,
    note_sign_out,
    reactivate_person,
    reset_access,
)
from kepu.directory.register.services.regions import RegionImport, delete_region, import_regions, read_region_file
from kepu.directory.register.services.tokens import issue_token, note_token_use, revoke_token

__all__ = [
    "OutlineLoaded",
    "RegionImport",
    "add_alias",
    "correct_organisation",
    "create_organisation",
    "create_person",
    "deactivate_person",
    "delete_organisation",
    "delete_region",
    "demonstration_person",
    "end_role",
    "grant_role",
    "import_regions",
    "issue_token",
    "load_outline",
    "note_sign_in",
    "note_sign_out",
    "note_token_use",
    "reactivate_person",
    "read_region_file",
    "remove_alias",
    "remove_outline",
    "reset_access",
    "revoke_token",
]
