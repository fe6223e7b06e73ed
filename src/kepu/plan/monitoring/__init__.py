"""The monitoring report (监测报告): a period's paper, drawn from the ledger, every number with its source."""
