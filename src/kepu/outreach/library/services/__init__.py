"""Writes of the library."""

from kepu.outreach.library.services.lending import (
    LoanTerms,
    agree_loan,
    ask_loan,
    cancel_loan,
    cancel_loans_of,
    give_up_loans,
    hand_out_loan,
    keep_loans,
    refuse_loan,
    return_loan,
    what_is_out,
)
from kepu.outreach.library.services.packages import PackageWords, change_package, make_package, withdraw_package
from kepu.outreach.library.services.resources import (
    ResourceWords,
    add_resource,
    change_resource,
    drop_file,
    put_file,
    show_resource,
    withdraw_resource,
)
from kepu.outreach.library.services.sheets import bring_stock
from kepu.outreach.library.services.stock import Counts, HoldingPlace, count_stock, move_holding, register_holding

__all__ = [
    "Counts",
    "HoldingPlace",
    "LoanTerms",
    "PackageWords",
    "ResourceWords",
    "add_resource",
    "agree_loan",
    "ask_loan",
    "bring_stock",
    "cancel_loan",
    "cancel_loans_of",
    "change_package",
    "change_resource",
    "count_stock",
    "drop_file",
    "give_up_loans",
    "hand_out_loan",
    "keep_loans",
    "make_package",
    "move_holding",
    "put_file",
    "refuse_loan",
    "register_holding",
    "return_loan",
    "show_resource",
    "what_is_out",
    "withdraw_package",
    "withdraw_resource",
]
