"""Services of code lists and parameters: load the files, decide what the defaults leave open."""

from kepu.foundation.codes.services.loading import LoadReport, load_operator_file, load_rooms
from kepu.foundation.codes.services.parameters import (
    confirm_list,
    confirm_parameter,
    override_parameter,
    restore_default,
)
from kepu.foundation.codes.services.reading import storable_value

__all__ = [
    "LoadReport",
    "confirm_list",
    "confirm_parameter",
    "load_operator_file",
    "load_rooms",
    "override_parameter",
    "restore_default",
    "storable_value",
]
