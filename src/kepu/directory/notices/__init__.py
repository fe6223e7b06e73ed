"""Notices to one person: outbox, quiet hours, digest, opt-out."""
