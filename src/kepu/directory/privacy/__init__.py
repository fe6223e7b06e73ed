"""Personal data: encrypted fields, consent, guardians, erasure and the person's own page."""
