"""Breakdown (任务分解): who owes which share of a target, by district, body and year."""
