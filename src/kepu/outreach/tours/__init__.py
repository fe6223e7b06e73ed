"""Monthly tours of science vans: who wants one, who is visited when, and what became of it."""
