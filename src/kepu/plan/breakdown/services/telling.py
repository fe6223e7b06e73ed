"""Whoever gets a share, or another one than before, hears of it."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.register.queries import persons_holding
from kepu.foundation.clock import today
from kepu.plan.breakdown.models import Breakdown, Share
from kepu.plan.tasks.queries.wording import amount_words

KIND = "breakdown.issued"


def tell_owners(issued: Breakdown, rows: Iterable[Share], before: Iterable[Share]) -> int:
    """Tell the liaisons of bodies and the officers of districts whose shares are new or other than before.

    Args:
        issued: the version that came into force, with its target.
        rows: its shares, with their owners.
        before: those of the version in force until now; none where there was none.

    Returns:
        How many districts and bodies.
    """
    now, earlier = _by_owner(rows), _by_owner(before)
    owners = {(share.among, share.owner_id): share for share in rows}
    changed = [key for key, values in now.items() if values != earlier.get(key)]
    for key in changed:
        said = {"measure": issued.target.measure, "owner": owners[key].owner, "number": issued.number}
        title = _("下达了分解数：%(measure)s（%(owner)s）") % said
        body = "；".join(_words(year, value, issued.target.unit) for year, value in sorted(now[key].items()))
        for person in _persons(owners[key]):
            notify(
                person,
                key=f"{KIND}:{issued.pk}:{key[0]}:{key[1]}",
                kind=KIND,
                title=title[:200],
                body=body,
                url=reverse("breakdown:desk"),
            )
    return len(changed)


def _by_owner(shares: Iterable[Share]) -> dict[tuple[str, int], dict[int, Decimal]]:
    found: dict[tuple[str, int], dict[int, Decimal]] = defaultdict(dict)
    for share in shares:
        found[share.among, share.owner_id][share.year or 0] = share.value
    return found


def _persons(share: Share) -> list[Person]:
    if share.organisation is not None:
        return persons_holding(Role.LIAISON, on=today(), organisation=share.organisation)
    return persons_holding(Role.DISTRICT_OFFICER, on=today(), region=share.region)


def _words(year: int, value: Decimal, unit: str) -> str:
    amount = amount_words(value, unit)
    return _("%(year)d 年 %(amount)s") % {"year": year, "amount": amount} if year else amount
