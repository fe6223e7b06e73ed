"""A plan's text becomes tasks, duties and targets; the ledger says how they stand."""
