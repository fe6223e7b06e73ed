"""The shape of what is typed about periods and reports; what may be said and done, the services decide."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kepu.plan.reports.choices import Frequency
from kepu.plan.reports.models import ReportCalendar
from kepu.plan.reports.queries import Block, Line
from kepu.plan.reports.services import CalendarTerms, WantedEntry, WantedFigure
from kepu.web.fields import area, day_field


class CalendarForm(forms.Form):
    """How often a plan's bodies report, and by when."""

    frequency = forms.ChoiceField(label=_("多久一报"), choices=Frequency.choices, widget=forms.RadioSelect)
    starts_on = day_field(_("从哪一天起"), _("从这一天以后开始的第一个季度、半年或年度起。"))
    due_days = forms.IntegerField(label=_("期满后几个工作日内报送"), help_text=_("按放假通知的工作日数。"))
    lock_days = forms.IntegerField(
        label=_("到期后再过几个工作日锁定"), help_text=_("锁定以后不再收；个别单位可以延期。")
    )
    has_two_steps = forms.BooleanField(label=_("区市的单位先由所在区市审核，再报市里"), required=False)

    @classmethod
    def of(cls, calendar: ReportCalendar | None, first: date, data: Mapping[str, Any] | None = None) -> "CalendarForm":
        """The form as the calendar stands; with usual figures where there is none."""
        known: dict[str, Any] = {
            "frequency": Frequency.QUARTER, "starts_on": first, "due_days": 10, "lock_days": 10, "has_two_steps": True,
        }  # fmt: skip
        if calendar is not None:
            known = {name: getattr(calendar, name) for name in known}
        return cls(data, initial=known)

    @property
    def terms(self) -> CalendarTerms:
        """What was typed."""
        return CalendarTerms(**self.cleaned_data)


class EntryForm(forms.Form):
    """What is said of one task: a few sentences, what stands in the way, files, and numbers that no system knows."""

    words = forms.CharField(label=_("做了什么"), required=False, widget=area(3))
    obstacle = forms.CharField(
        label=_("有什么困难"),
        required=False,
        widget=area(2),
        help_text=_("自己解决不了的写在这里，领导小组办公室会看到。"),
    )
    file = forms.FileField(
        label=_("附佐证"), required=False, help_text=_("PDF、Word、Excel、图片，不超过 20 MB。照片不是必须的。")
    )

    def __init__(self, block: Block, data: Any = None, files: Any = None) -> None:
        said = {"words": block.entry.words, "obstacle": block.entry.obstacle}
        super().__init__(data, files, prefix=f"e{block.entry.pk}", initial=said)
        self.block = block
        self._asked = [line for line in block.lines if line.asks]
        self._overtaken = [line for line in block.lines if line.figure and not line.asks]
        for line in self._asked:
            self._ask(line)
        self.fields["words"].help_text = (
            _now("台账里已有记录，可以不写。")
            if block.is_known
            else _now("台账里还没有记录，请写一句；没有做也请写明。")
        )
        if block.attachments:
            self.fields["drop"] = forms.MultipleChoiceField(
                label=_("去掉的佐证"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[(one.pk, one.file.name) for one in block.attachments],
            )

    def _ask(self, line: Line) -> None:
        label = "".join([line.indicator.label, *(f"（{name}）" for name in line.audiences)])
        self.fields[f"quantity{line.evidence.pk}"] = forms.DecimalField(
            label=f"{label}，{line.indicator.unit_label}",
            required=False,
            help_text=line.why,
            initial=f"{line.figure.quantity.normalize():f}" if line.figure else None,
            max_digits=18,
            decimal_places=4,
        )
        self.fields[f"origin{line.evidence.pk}"] = forms.CharField(
            label=_("这个数从哪里来"),
            required=False,
            max_length=200,
            initial=line.figure.origin if line.figure else "",
            help_text=_("例如“签到表，已存档”。会和数一起记入台账。"),
        )

    @property
    def numbers(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Number and origin of each indicator that is asked for."""
        return [(self[f"quantity{line.evidence.pk}"], self[f"origin{line.evidence.pk}"]) for line in self._asked]

    @property
    def wanted(self) -> WantedEntry:
        """What was typed."""
        said = self.cleaned_data
        figures: dict[int, WantedFigure | None] = {}
        for line in self._asked:
            pk = line.evidence.pk
            quantity = said.get(f"quantity{pk}")
            figures[pk] = None if quantity is None else WantedFigure(quantity, said.get(f"origin{pk}", ""))
        figures |= {line.evidence.pk: None for line in self._overtaken}
        return WantedEntry(said.get("words", ""), said.get("obstacle", ""), figures)

    @property
    def dropped(self) -> Sequence[int]:
        """The attachments to be taken away."""
        return [int(pk) for pk in self.cleaned_data.get("drop", ())]


class ReturnForm(forms.Form):
    """Why a report goes back, and until when."""

    reason = forms.CharField(label=_("退回的原因"), widget=area(3), help_text=_("写清楚要改什么，单位会看到。"))
    until = day_field(_("改到哪一天"), _("不填按工作日自动算。"), required=False)


class ExtendForm(forms.Form):
    """Why a body gets more time, and until when."""

    reason = forms.CharField(label=_("延期的原因"), widget=area(2), help_text=_("会记入办理经过。"))
    until = day_field(_("延到哪一天"))

    @classmethod
    def usual(cls, day: date) -> "ExtendForm":
        """With a week as the day that is offered."""
        return cls(initial={"until": day + timedelta(days=7)})


class PassForm(forms.Form):
    """A word of the district."""

    words = forms.CharField(label=_("审核意见"), required=False, max_length=500, widget=area(2))
