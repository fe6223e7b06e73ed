"""People ask about public figures only."""

import pytest

from kepu.ledger.models import Indicator
from kepu.oversight.queries import subject_of

pytestmark = pytest.mark.django_db


def test_a_public_indicator_can_be_asked_about_one_for_staff_cannot():
    indicator = Indicator.objects.filter(visibility="public").first()

    found = subject_of("ledger.indicator", indicator.code)
    assert (found.label, found.owner_organisation_id) == (indicator.name, None)

    Indicator.objects.filter(code=indicator.code).update(visibility="staff")
    assert subject_of("ledger.indicator", indicator.code) is None
