"""How well places reach people: catchments, shares, inequality and siting."""
