"""Closing a plan (收官): its final state frozen and published, every unfinished promise carried on or struck with a reason."""
