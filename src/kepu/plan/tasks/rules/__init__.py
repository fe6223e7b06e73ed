"""Pure rules of the plan room: no database, no clock, no settings, no translation."""
