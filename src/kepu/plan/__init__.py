"""The plan room (规划监测): plan text → tasks, duties, targets → status by the ledger."""
