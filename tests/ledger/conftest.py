import pytest

from tests.ledger.factories import City, make_city


@pytest.fixture
def city(db) -> City:
    return make_city()
