"""Fold what statements appended into the roll-ups, and prove that nothing was lost."""

from dataclasses import dataclass

from django.db import connection, transaction

MANY = 5000


@dataclass(frozen=True, slots=True)
class RollupCheck:
    """How many cells differ from the facts; all zero when the ledger is sound."""

    fine: int
    page: int
    stocks: int
    persons: int
    keys: int

    @property
    def is_sound(self) -> bool:
        """Whether nothing differs."""
        return not (self.fine or self.page or self.stocks or self.persons or self.keys)


def fold_deltas() -> int:
    """Move every committed delta into the roll-ups; one fold at a time, so a second one does nothing.

    Returns:
        How many deltas were moved.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select ledger_fold()")
        row = cursor.fetchone()
    moved = max(0, row[0]) if row else 0
    if moved > MANY and not connection.in_atomic_block:
        with connection.cursor() as cursor:  # every question would walk over what the fold left behind
            cursor.execute("vacuum ledger_delta")
    return moved


def check_rollups() -> RollupCheck:
    """Compare roll-ups plus deltas with the facts themselves, cell by cell (slow: it reads every fact)."""
    with connection.cursor() as cursor:
        cursor.execute("select fine, page, stocks, persons, keys from ledger_differences()")
        row = cursor.fetchone()
    return RollupCheck(*row) if row else RollupCheck(0, 0, 0, 0, 0)
