"""Phones that keep their messages, and a clock that tests move."""

import time

import pytest

from tests.residents import open_phones


@pytest.fixture
def phones(settings):
    return open_phones(settings)


class Wall:
    """The wall clock of a test."""

    def __init__(self) -> None:
        self.at = 1_726_380_000.0

    def __call__(self) -> float:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def wall(monkeypatch):
    clock = Wall()
    monkeypatch.setattr(time, "time", clock)
    return clock
