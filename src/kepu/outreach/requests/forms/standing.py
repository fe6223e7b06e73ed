"""What is typed about standing offers; lists are typed line by line."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Organisation
from kepu.directory.register.queries import city, match_organisations
from kepu.outreach.people.capacities.queries import choices_of, half_days
from kepu.outreach.requests.choices import StandingKind
from kepu.outreach.requests.models import StandingOffer
from kepu.outreach.requests.services import StandingWords
from kepu.web.fields import area, choose, day_field

_PLAIN = (
    "kind", "title", "about", "form", "audience", "level", "minutes", "most_people", "first_day", "last_day",
)  # fmt: skip


class StandingFilterForm(forms.Form):
    """Which standing offers the public list shows."""

    q = forms.CharField(label=_("名称或单位"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("类型"), required=False)
    audience = forms.ChoiceField(label=_("给谁听"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "kind", [("", _now("全部")), *StandingKind.choices])
        choose(self, "audience", [("", _now("全部")), *Audience.choices])


class StandingForm(forms.Form):
    """A standing offer."""

    kind = forms.ChoiceField(label=_("类型"), choices=StandingKind.choices)
    title = forms.CharField(label=_("名称"), max_length=120)
    about = forms.CharField(label=_("讲什么、怎么讲"), max_length=1000, required=False, widget=area(4))
    host = forms.CharField(label=_("谁提供"), max_length=120, help_text=_("单位的全称或简称。"))
    givers = forms.CharField(
        label=_("谁来讲"), max_length=2000, widget=area(3), help_text=_("人才库里的编号，一行一个；前面的没有空，就问后面的。")
    )  # fmt: skip
    form = forms.ChoiceField(label=_("形式"))
    audience = forms.ChoiceField(label=_("给谁听"), choices=Audience.choices)
    level = forms.CharField(label=_("年级或程度"), max_length=40, required=False)
    minutes = forms.IntegerField(label=_("一次多少分钟"), min_value=1)
    most_people = forms.IntegerField(label=_("一次最多多少人"), min_value=1, help_text=_("连陪同的大人。"))
    first_day = day_field(_("自"))
    last_day = day_field(_("至"))
    half_days = forms.MultipleChoiceField(
        label=_("哪些半天"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("不选就是哪天都行。")
    )
    school = forms.CharField(label=_("合作的学校"), max_length=120, required=False, help_text=_("馆校合作才写。"))
    lessons = forms.IntegerField(label=_("一次算几课时"), min_value=1, initial=1, required=False)
    lessons_a_class = forms.IntegerField(label=_("每班几课时"), min_value=1, required=False)
    classes = forms.CharField(
        label=_("班级和人数"), max_length=3000, required=False, widget=area(3), help_text=_("一行一个，像“三年级 1 班，42”。")
    )  # fmt: skip
    stops = forms.CharField(
        label=_("线路的站"), max_length=3000, required=False, widget=area(3),
        help_text=_("研学线路才写，一行一站：场馆的名称，停多少分钟，像“示例海洋馆，90”。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "form", [("", _now("请选择")), *choices_of("forms")])
        choose(self, "half_days", half_days())

    def clean_host(self) -> Organisation:
        found = _body(self.cleaned_data["host"])
        if found is None:
            raise forms.ValidationError(_now("名录里没有这个单位。"))
        return found

    def clean_school(self) -> Organisation | None:
        typed = self.cleaned_data["school"]
        found = _body(typed)
        if typed.strip() and found is None:
            raise forms.ValidationError(_now("名录里没有这个单位。"))
        return found

    def clean_classes(self) -> tuple[tuple[str, int], ...]:
        return pairs_in(self.cleaned_data["classes"])

    def clean_stops(self) -> tuple[tuple[str, int], ...]:
        return pairs_in(self.cleaned_data["stops"])

    @property
    def words(self) -> StandingWords:
        """What was typed."""
        said = self.cleaned_data
        return StandingWords(
            **{name: said[name] for name in _PLAIN}, host=said["host"], school=said["school"],
            givers=tuple(said["givers"].split()), half_days=tuple(said["half_days"]), lessons=said["lessons"] or 1,
            lessons_a_class=said["lessons_a_class"], classes=said["classes"], stops=said["stops"],
        )  # fmt: skip

    @classmethod
    def of(cls, offer: StandingOffer | None, data: Any = None, **initial: Any) -> "StandingForm":
        """The form with what an offer says."""
        if offer is None:
            return cls(data, initial=initial)
        known = {name: getattr(offer, name) for name in (*_PLAIN, "half_days", "lessons", "lessons_a_class")}
        known |= {"host": offer.host.name, "school": offer.school.name if offer.school else ""}
        known["givers"] = "\n".join(offer.givers.order_by("pk").values_list("number", flat=True))
        known["classes"] = "\n".join(f"{one.name}，{one.people}" for one in offer.classes.all())
        known["stops"] = "\n".join(f"{one.venue.name}，{one.minutes}" for one in offer.stops.select_related("venue"))
        return cls(data, initial=known)


def pairs_in(typed: str) -> tuple[tuple[str, int], ...]:
    """Names with a number, line by line.

    Raises:
        ValidationError: a line has no number at its end.
    """
    found = []
    for line in typed.splitlines():
        if not line.strip():
            continue
        name, _comma, number = line.replace(",", "，").rpartition("，")
        digits = number.strip()
        if not name.strip() or not digits.isdecimal() or len(digits) > 6:  # noqa: PLR2004 nothing is that large
            raise forms.ValidationError(_now("“%(line)s”读不懂：请写名称、逗号、数。") % {"line": line.strip()[:40]})
        found.append((name.strip(), int(digits)))
    return tuple(found)


def _body(typed: str) -> Organisation | None:
    name = typed.strip()
    return match_organisations([name], region=city())[name].organisation if name else None
