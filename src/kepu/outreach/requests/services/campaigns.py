"""Make a campaign and change it."""

import re
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.codes.queries import code_list
from kepu.foundation.errors import NotAllowed
from kepu.ledger.services import is_made_up
from kepu.outreach.requests.errors import CampaignUnfit
from kepu.outreach.requests.models import Campaign
from kepu.outreach.requests.permissions import may_make_campaigns

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class CampaignWords:
    """What a campaign is called, when it is, and what it is about."""

    name: str
    kind: str
    slug: str
    first_day: date
    last_day: date
    about: str = ""


@transaction.atomic
def make_campaign(words: CampaignWords, *, actor: Person) -> Campaign:
    """Give some days one name and a page of their own.

    Raises:
        NotAllowed: not the leading office.
        CampaignUnfit: no name or one that is taken, an address that cannot be, days out of order, an unknown kind.
    """
    campaign = Campaign(made_by=actor, is_demonstration=is_made_up(actor))
    _write(campaign, words, actor)
    record("requests.campaign.made", campaign, actor=actor, slug=campaign.slug)
    return campaign


@transaction.atomic
def change_campaign(campaign_id: int, words: CampaignWords, *, actor: Person) -> Campaign:
    """Write a campaign anew.

    Raises:
        NotAllowed, CampaignUnfit: as of making one.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    _write(campaign, words, actor)
    record("requests.campaign.changed", campaign, actor=actor, slug=campaign.slug)
    return campaign


def _write(campaign: Campaign, words: CampaignWords, actor: Person) -> None:
    if not may_make_campaigns(actor):
        raise NotAllowed
    name, slug = words.name.strip(), words.slug.strip().lower()
    if not name:
        raise CampaignUnfit(_("请写活动的名称。"), field="name")
    if not _SLUG.fullmatch(slug):
        raise CampaignUnfit(_("网址里的名字只用小写字母、数字和中间的短横，如 kepuyue-2024。"), field="slug")
    if words.kind not in {entry.code for entry in code_list("requests.campaigns").entries}:
        raise CampaignUnfit(_("请从列表里选一种类型。"), field="kind")
    if words.last_day < words.first_day:
        raise CampaignUnfit(_("结束的日子早于开始的日子。"), field="last_day")
    taken = Campaign.objects.filter(Q(name=name) | Q(slug=slug)).exclude(pk=campaign.pk).first()
    if taken is not None:
        said = {"name": taken.name}
        raise CampaignUnfit(
            _("已有一个活动叫“%(name)s”或用了这个网址，请换一个。") % said,
            field="name" if taken.name == name else "slug",
        )
    campaign.name, campaign.slug, campaign.kind = name, slug, words.kind
    campaign.first_day, campaign.last_day, campaign.about = words.first_day, words.last_day, words.about.strip()
    campaign.save()
