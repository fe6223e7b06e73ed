"""The volunteer record as a table: in our own layout, or in the ministry's once the operator loaded it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.codes.queries import code_label, code_list
from kepu.foundation.sheets import Column, Sheet
from kepu.outreach.people.volunteers.choices import HoursState
from kepu.outreach.people.volunteers.models import ServiceHours
from kepu.outreach.people.volunteers.queries.desk import volunteers_for
from kepu.outreach.people.volunteers.rules import hours_of

LAYOUT = "volunteers.ministry_layout"
OWN = (
    ("number", "志愿者编号"),
    ("registers", "所在名册"),
    ("region", "常住地"),
    ("skills", "技能"),
    ("registered_on", "登记日期"),
    ("state", "状态"),
    ("hours", "服务时间（小时）"),
    ("times", "服务次数"),
    ("late_hours", "其中补录（小时）"),
    ("projects", "服务项目"),
    ("trainings", "培训情况"),
    ("commendations", "表彰奖励"),
    ("ratings", "评价（满意/基本满意/不满意）"),
)
"""Our own layout: column and heading. No name and no identity number stands in it."""


def export_sheet() -> Sheet:
    """The columns: the ministry's where the operator loaded its table of elements, else our own, and it says which."""
    layout = code_list(LAYOUT)
    if not layout.is_loaded:
        note = _("部里的数据元表没有载入（未加载），这里用的是本站自己的格式。")
        return Sheet(_("志愿者记录"), tuple(Column(name, heading) for name, heading in OWN), (note,))
    columns = tuple(Column(str(entry.code), entry.label) for entry in layout.entries)
    return Sheet(_("志愿者记录"), columns, (_("按本站载入的数据元表：%(source)s") % {"source": layout.source},))


def export_rows(actor: Person) -> Iterable[Mapping[str, Any]]:
    """One line for each volunteer whom the desk reaches."""
    layout = code_list(LAYOUT)
    volunteers = list(volunteers_for(actor).prefetch_related("trainings", "commendations"))
    served = _served([volunteer.pk for volunteer in volunteers])
    for volunteer in volunteers:
        own = served.get(volunteer.pk, {"times": 0, "late": 0, "projects": "", "ratings": "0/0/0"})
        registers = (
            "科协科技志愿者" if volunteer.is_association else "",
            "注册科普志愿者" if volunteer.is_registered else "",
        )
        line: dict[str, Any] = {
            "number": volunteer.number,
            "registers": "、".join(name for name in registers if name),
            "region": volunteer.region.name if volunteer.region else "",
            "skills": "、".join(code_label("volunteers.skills", skill) for skill in volunteer.skills),
            "registered_on": volunteer.registered_on.isoformat(),
            "state": str(volunteer.get_state_display()),
            "hours": str(hours_of(getattr(volunteer, "minutes", None) or 0)),
            "times": str(own["times"]),
            "late_hours": str(hours_of(own["late"])),
            "projects": own["projects"],
            "trainings": "；".join(f"{one.held_on} {one.title} {one.hours}" for one in volunteer.trainings.all()),
            "commendations": "；".join(f"{one.given_on} {one.title}" for one in volunteer.commendations.all()),
            "ratings": own["ratings"],
        }
        if layout.is_loaded:
            yield {entry.code: line.get(str(entry.extra.get("field", "")), "") for entry in layout.entries}
        else:
            yield line


def _served(ids: list[int]) -> dict[int, dict[str, Any]]:
    """By volunteer: how often, minutes entered late, projects, ratings; a fixed number of questions."""
    hours = ServiceHours.objects.filter(volunteer__in=ids, state=HoursState.CONFIRMED, counts=True)
    found: dict[int, dict[str, Any]] = {}
    rated = {code: Count("pk", filter=Q(satisfaction=code)) for code in ("good", "fair", "poor")}
    rows: Iterable[dict[str, Any]] = hours.values("volunteer").annotate(times=Count("pk"), **rated)  # type: ignore[assignment]
    for row in rows:
        ratings = f"{row['good']}/{row['fair']}/{row['poor']}"
        found[row["volunteer"]] = {"times": row["times"], "late": 0, "projects": "", "ratings": ratings}
    for volunteer, minutes in hours.filter(origin="late").values_list("volunteer", "minutes"):
        found[volunteer]["late"] += minutes
    titles = hours.exclude(project=None).values_list("volunteer", "project__title").distinct()
    for volunteer, title in titles.order_by("volunteer", "project__title"):
        found[volunteer]["projects"] = "；".join(filter(None, (found[volunteer]["projects"], title)))
    return found
