"""Periods and reports (报告期与进展报告): what a body says of a period beside what the ledger knows of it."""
