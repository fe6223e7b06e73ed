"""The example city: a plan in sentences of our own, a stated day, and two synthetic years of facts."""
