"""What all tests share: laws are checked without a clock, because machines are noisy."""

from hypothesis import settings

settings.register_profile("kepu", deadline=None)
settings.load_profile("kepu")
