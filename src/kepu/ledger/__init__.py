"""The ledger (台账): append-only facts, indicators and their roll-ups."""
