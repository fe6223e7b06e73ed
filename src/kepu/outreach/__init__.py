"""Services to people: who gives them, where, and who has a seat."""
