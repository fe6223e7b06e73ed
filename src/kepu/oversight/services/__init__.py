"""Writes of public oversight."""

from kepu.oversight.services.asking import Receipt, add_details, ask_question, judge_answer, open_own, reopen_question
from kepu.oversight.services.handling import (
    answer_question,
    refer_question,
    refuse_question,
    release_question,
    request_details,
    screen_words,
)
from kepu.oversight.services.keeping import KeepingReport, close_question, erase_written, keep_questions
from kepu.oversight.services.steps import fit_text, public_text

__all__ = [
    "KeepingReport",
    "Receipt",
    "add_details",
    "answer_question",
    "ask_question",
    "close_question",
    "erase_written",
    "fit_text",
    "judge_answer",
    "keep_questions",
    "open_own",
    "public_text",
    "refer_question",
    "refuse_question",
    "release_question",
    "reopen_question",
    "request_details",
    "screen_words",
]
