"""What orders do by themselves."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kepu.directory.notices.queries import declare_kind
from kepu.outreach.requests import services

declare_kind("requests.order", _("点的单办到哪一步"))
declare_kind("requests.offer", _("有单派给我"))
declare_kind("requests.helpers", _("请我的队去帮忙的那一场有变动"))
declare_kind("requests.session", _("我去讲或我点的那一场有变动"))


@app.periodic(cron="17 17 * * *")
@app.task(name="requests.expire_orders", queueing_lock="requests.expire_orders")
def expire_orders(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.expire_orders()


@app.periodic(cron="41 19 * * *")
@app.task(name="requests.erase_contacts", queueing_lock="requests.erase_contacts")
def erase_contacts(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.erase_contacts()


@app.periodic(cron="*/10 * * * *")
@app.task(name="requests.lapse_offers", queueing_lock="requests.lapse_offers")
def lapse_offers(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.lapse_offers()


@app.task(name="requests.run_round")
def run_round(round_id: int) -> None:
    services.run_round(round_id)


@app.task(name="requests.send_round")
def send_round(round_id: int, actor_id: int) -> None:
    services.send_round(round_id, actor_id)


@app.periodic(cron="*/15 * * * *")
@app.task(name="requests.close_sessions", queueing_lock="requests.close_sessions")
def close_sessions(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.close_sessions()


@app.task(name="requests.recount_session", retry=3)
def recount_session(slot_id: int) -> None:
    services.recount_session(slot_id)


@app.task(name="requests.shift_called_off", retry=3)
def shift_called_off(slot_id: int) -> None:
    services.shift_called_off(slot_id)


@app.task(name="requests.call_off_session", retry=3)
def call_off_session(slot_id: int) -> None:
    services.call_off_with_slot(slot_id)
