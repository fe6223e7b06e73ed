"""What all tests share: laws are checked without a clock, because machines are noisy; the first state of the database."""

import pytest
from django.utils import translation
from hypothesis import settings

from kepu.foundation.testing import keep_baseline, use_template
from tests.kept import let_go_for

settings.register_profile("kepu", deadline=None)
settings.load_profile("kepu")


def pytest_ignore_collect(collection_path, config):
    """Journeys run apart: reading all other files would take seconds, only to leave them out."""
    if config.option.markexpr == "browser" and collection_path.match("test_*.py"):
        return "mark.browser" not in collection_path.read_text("utf-8") or None
    return None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    """Copy what the migrations made rather than run them for every worker."""
    with django_db_blocker.unblock():
        use_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Keep what the migrations and the rooms put into the test database."""
    with django_db_blocker.unblock():
        keep_baseline()


@pytest.fixture(autouse=True)
def _real_transactions_alone(request, django_db_blocker):
    """What a module keeps for its tests stands in a transaction that others cannot see."""
    let_go_for(request.node, django_db_blocker)


@pytest.fixture(autouse=True)
def _the_sites_own_language():
    """A request in another language leaves it behind in the thread that served it."""
    translation.deactivate()
    yield
    translation.deactivate()
