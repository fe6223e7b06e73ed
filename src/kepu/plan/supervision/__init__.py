"""Supervision (督办): notices to bodies whose promises are near, behind or overdue, until they are struck off."""
