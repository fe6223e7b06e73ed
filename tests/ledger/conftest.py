import pytest
from django.test import Client

from tests.ledger.factories import City, make_city


@pytest.fixture
def city(db) -> City:
    return make_city()


@pytest.fixture
def office(client: Client, city: City) -> Client:
    """The leading office at its browser."""
    client.force_login(city.officer)
    return client
