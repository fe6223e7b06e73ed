"""Tests of the people at their desks."""
