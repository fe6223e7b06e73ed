"""Many at once, in real processes with connections of their own, on real PostgreSQL."""

from collections import Counter

import pytest

from kepu.outreach.library.models import Holding, Loan
from tests.outreach.bookings.processes import together
from tests.outreach.library import processes
from tests.outreach.library.factories import agreed, asked, holding, office

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_loans_agreed_at_once_give_away_no_copy_twice():
    kept, actor = holding(3), office()
    loans = [asked(kept, copies=1, first=1, last=3) for _ in range(20)]

    said = together(processes.agree, [(loan.pk, actor.pk) for loan in loans])

    assert Counter(said) == {"agreed": 3, "library_no_copy_free": 17}
    assert Loan.objects.filter(state="agreed").count() == 3


def test_one_loan_handed_out_by_five_clicks_goes_out_once():
    kept, actor = holding(1), office()
    loan = agreed(kept, first=0, last=2)

    said = together(processes.hand_out, [(loan.pk, actor.pk)] * 5)

    assert Counter(said) == {"out": 1, "library_moved": 4}


def test_a_stocktake_and_handing_out_at_once_never_leave_more_out_than_there_is():
    kept, actor = holding(3), office()
    loans = [agreed(kept, copies=1, first=0, last=2) for _ in range(3)]
    tasks = [("out", loan.pk, actor.pk) for loan in loans] + [("count", kept.pk, actor.pk)] * 2

    said = together(processes.hand_out_or_count, tasks)

    kept = Holding.objects.get()
    out = Loan.objects.filter(state="out").count()
    assert out == Counter(said)["out"]
    assert out <= kept.good
    assert 1 <= out <= 3
