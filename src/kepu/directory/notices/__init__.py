"""Notices to one person: an outbox with quiet hours, one digest a day, and a way to refuse each kind."""
