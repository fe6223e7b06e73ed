"""The ledger (台账): append-only facts, indicators, and what they add up to."""
