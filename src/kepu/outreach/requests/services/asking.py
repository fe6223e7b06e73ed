"""Ask for something: by oneself, by a phone operator, from a table, by the API."""

import uuid
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.queries import keyed_digests, phone_in_form
from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import code_list
from kepu.foundation.errors import NotAllowed
from kepu.ledger.services import is_made_up
from kepu.outreach.bookings.services import require_agreement
from kepu.outreach.people.capacities.choices import HALF_DAYS
from kepu.outreach.requests.choices import LIVE, OrderChannel, OrderState, OrderStepKind, Repeat, StandingKind
from kepu.outreach.requests.errors import OrderMoved, OrderTwice, OrderUnfit
from kepu.outreach.requests.models import MOST_HELPERS, MOST_VISITS, Order, StandingClass, StandingOffer
from kepu.outreach.requests.permissions import may_speak_for, may_take_calls
from kepu.outreach.requests.rules.days import MOST_DAYS, is_same_topic
from kepu.outreach.requests.rules.fit import halves_of
from kepu.outreach.requests.services.handling import hang_to_check, locked, step
from kepu.outreach.requests.services.standing import require_standing

MOST_PEOPLE = 100_000
_ASKING = 0x6B706F00  # any number under which nothing else locks
_APART = frozenset({"contact_phone", "half_days"})
_HALF_DAYS = frozenset(code for code, _day, _part in HALF_DAYS)


@dataclass(frozen=True, slots=True)
class OrderWords:
    """What an order says."""

    topic: str
    form: str
    region: Region
    people: int
    earliest: date
    latest: date
    body: Organisation | None = None
    body_name: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    place: str = ""
    needs_room: bool = False
    audience: str = Audience.PUBLIC
    level: str = ""
    accompanying: int = 0
    subject: str = ""
    is_online: bool = False
    language: str = ""
    needs: str = ""
    helpers: int = 0
    helper_skill: str = ""
    visits: int = 1
    repeat: str = Repeat.ANY
    half_days: tuple[str, ...] = ()
    partner: str = ""
    standing: StandingOffer | None = None
    standing_class: StandingClass | None = None


@transaction.atomic
def ask_order(
    words: OrderWords,
    *,
    actor: Person,
    channel: str = OrderChannel.PORTAL,
    text_digest: str = "",
    key: uuid.UUID | None = None,
    asker: Person | None = None,
) -> Order:
    """Ask for a service.

    Args:
        words: what is wanted.
        actor: who asks, or who writes it down for somebody.
        channel: portal for oneself; phone, sheet or API for others.
        text_digest: fingerprint of the consent text that stood beside the button, to which who asks agrees.
        key: of the form; one that was sent before asks for nothing more, its order is returned.
        asker: somebody with an account for whom the office asks, and who agreed before; it stays their own order.

    Raises:
        NotAllowed: for others, without being the office or a district officer.
        ConsentMissing, GuardianNeeded: who asks did not agree.
        OrderUnfit: days past or out of order, too many or too few people, unknown codes, nobody to call.
        OrderTwice: the same is asked for already.
        NumberUnreadable: the phone is no phone number.
    """
    is_own = channel == OrderChannel.PORTAL
    is_acted = not is_own or asker is not None
    if not actor.is_active or (is_acted and not may_take_calls(actor)):
        raise NotAllowed
    if is_own:
        asker = asker or actor
    if key is not None and (known := Order.objects.filter(key=key).first()):
        return known
    if asker is not None:
        require_agreement(asker, text_digest if asker == actor else "")
    _require_fit(words)
    phone = phone_in_form(words.contact_phone)[0] if words.contact_phone.strip() else ""
    if not is_own and not phone:
        raise OrderUnfit(_("请写联系电话：排好了要告诉对方。"), field="contact_phone")
    if not is_own and words.body is None and not (words.body_name.strip() or words.contact_name.strip()):
        raise OrderUnfit(_("请写是哪个单位点的，或联系人怎么称呼。"), field="body")
    _hold(phone or str((asker or actor).pk))
    _require_standing(words)
    _refuse_twice(words, asker, phone)
    order = Order(
        **_fields(words), asker=asker, acted_by=actor if is_acted else None, channel=channel,
        key=key or uuid.uuid4(), is_demonstration=is_made_up(actor),
    )  # fmt: skip
    _keep_phone(order, phone)
    order.save()
    step(order, OrderStepKind.ASKED, actor)
    record("requests.order.asked", order, actor=actor, channel=channel, audience=words.audience, people=words.people)
    hang_to_check(order)
    return order


@transaction.atomic
def ask_again(order_id: int, words: OrderWords, *, actor: Person) -> Order:
    """Hand an order in again that was sent back, or change one that nobody looked at yet.

    Raises:
        NotAllowed: not who asked.
        OrderMoved: it is handled already.
        OrderUnfit, OrderTwice, NumberUnreadable: as of asking.
    """
    order = locked(order_id)
    if not may_speak_for(actor, order):
        raise NotAllowed
    if order.state not in {OrderState.ASKED, OrderState.RETURNED}:
        raise OrderMoved(_("这一单已经在办（%(state)s），要改请打电话。") % {"state": order.get_state_display()})
    _require_fit(words)
    phone = phone_in_form(words.contact_phone)[0] if words.contact_phone.strip() else str(order.contact_phone or "")
    _require_standing(words, but=order.pk)
    _refuse_twice(words, order.asker, phone, but=order.pk)
    for name, value in _fields(words).items():
        setattr(order, name, value)
    _keep_phone(order, phone)
    order.state = OrderState.ASKED
    order.save()
    step(order, OrderStepKind.CHANGED, actor)
    record("requests.order.changed", order, actor=actor)
    hang_to_check(order)
    return order


def _fields(words: OrderWords) -> dict[str, object]:
    fields = {one.name: getattr(words, one.name) for one in fields_of(words) if one.name not in _APART}
    fields = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    if words.standing is not None:
        fields["form"] = words.standing.form
    if words.standing is not None and words.standing.kind == StandingKind.ROUTE:
        stops = words.standing.stops.select_related("venue")
        fields["place"] = " → ".join(one.venue.name for one in stops)[:160]
    return fields | {"half_days": _half_days(words)}


def _half_days(words: OrderWords) -> list[str]:
    """Those that were chosen; of a standing offer, its own where none was."""
    return sorted(set(words.half_days) or set(words.standing.half_days if words.standing is not None else ()))


def _keep_phone(order: Order, phone: str) -> None:
    order.contact_phone = phone or None
    order.phone_digest = keyed_digests("requests.phone", phone)[0] if phone else None


def _require_fit(words: OrderWords) -> None:
    if not words.topic.strip():
        raise OrderUnfit(_("请写想听什么，几个字就行。"), field="topic")
    _require_place(words)
    _require_days(words)
    _require_numbers(words)
    _require_helpers(words)
    if not words.form:
        raise OrderUnfit(_("请选用什么形式。"), field="form")
    for name, typed in (("forms", words.form), ("subjects", words.subject), ("languages", words.language)):
        if typed and typed not in code_list(f"capacities.{name}").labels:
            raise OrderUnfit(_("请从列表里选。"), field=name.removesuffix("s"))


def _require_helpers(words: OrderWords) -> None:
    if not 0 <= words.helpers <= MOST_HELPERS:
        raise OrderUnfit(_("帮手从 0 到 %(most)d 名。") % {"most": MOST_HELPERS}, field="helpers")
    if words.helpers and words.is_online:
        raise OrderUnfit(_("线上办不用人到场帮忙，两样请只选一样。"), field="helpers")
    skill = words.helper_skill.strip()
    if skill and skill not in code_list("volunteers.skills").labels:
        raise OrderUnfit(_("请从列表里选。"), field="helper_skill")
    if skill and not words.helpers:
        raise OrderUnfit(_("写了要会什么，也请写要几名志愿者。"), field="helpers")


def _require_place(words: OrderWords) -> None:
    if words.needs_room and words.is_online:
        raise OrderUnfit(_("线上办不用找地方，两样请只选一样。"), field="needs_room")
    if words.needs_room and words.place.strip():
        raise OrderUnfit(_("写了地点，就不用再找地方了；要找，请把地点空着。"), field="place")
    is_route = words.standing is not None and words.standing.kind == StandingKind.ROUTE
    if not (words.is_online or words.needs_room or is_route or words.place.strip()):
        raise OrderUnfit(_("请写在什么地方办，去的人好找；没有地方，可以请我们帮着找。"), field="place")


def _require_standing(words: OrderWords, *, but: int = 0) -> None:
    if words.standing is not None:
        require_standing(
            words.standing, words.standing_class, people=words.people + words.accompanying, visits=words.visits,
            earliest=words.earliest, latest=words.latest, half_days=words.half_days, body=words.body, but=but,
        )  # fmt: skip


def _require_days(words: OrderWords) -> None:
    if words.earliest < today():
        raise OrderUnfit(_("最早那天已经过去了，请选今天以后的日子。"), field="earliest")
    if words.latest < words.earliest:
        raise OrderUnfit(_("最晚那天早于最早那天，请改一改。"), field="latest")
    if words.latest > words.earliest + timedelta(days=MOST_DAYS):
        raise OrderUnfit(_("前后最多 %(days)d 天，太长了排不准，请分几单。") % {"days": MOST_DAYS}, field="latest")
    if set(words.half_days) - _HALF_DAYS:
        raise OrderUnfit(_("请从列表里选方便的半天。"), field="half_days")


def _require_numbers(words: OrderWords) -> None:
    if not 1 <= words.people <= MOST_PEOPLE or words.accompanying < 0:
        raise OrderUnfit(_("人数从 1 到 %(most)d。") % {"most": MOST_PEOPLE}, field="people")
    if not 1 <= words.visits <= MOST_VISITS:
        raise OrderUnfit(_("一单最多 %(most)d 次，再多请另点一单。") % {"most": MOST_VISITS}, field="visits")
    halves = len(halves_of(words.earliest, words.latest, words.half_days, today=today()))
    if halves < words.visits:
        said = {"halves": halves, "visits": words.visits}
        raise OrderUnfit(
            _("这些日子里方便的只有 %(halves)d 个半天，不够 %(visits)d 次。请放宽日期，或多选几个半天。") % said,
            field="half_days",
        )


def _hold(who: str) -> None:
    """Two windows of the same phone or account ask one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", [_ASKING, who])


def _refuse_twice(words: OrderWords, asker: Person | None, phone: str, *, but: int = 0) -> None:
    """The same topic in overlapping days by the same phone or account is one order."""
    live = Order.objects.filter(state__in=LIVE, earliest__lte=words.latest, latest__gte=words.earliest).exclude(pk=but)
    same = [*live.filter(asker=asker.pk)] if asker is not None else []
    if phone:
        same += live.filter(phone_digest__in=keyed_digests("requests.phone", phone))
    for other in same:
        if is_same_topic(other.topic, words.topic) and other.region_id == words.region.pk:
            said = _("这个已经点过了：%(number)s，现在是“%(state)s”。要改，请打开那一单。")
            data = {"number": other.number, "state": other.get_state_display()}
            raise OrderTwice(said % data, order_id=other.pk, field="topic")
