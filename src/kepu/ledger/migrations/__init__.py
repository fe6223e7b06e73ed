"""SQL that makes and guards the tables of facts."""
