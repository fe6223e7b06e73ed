"""The shape of shares and links; what they may be, the services say."""

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Organisation, Region
from kepu.directory.register.queries import match_organisations
from kepu.foundation.sheets import CellUnfit, Column, ColumnKind
from kepu.plan.breakdown.choices import Among, Way
from kepu.plan.breakdown.queries.editing import Editing
from kepu.plan.breakdown.services import Pair, WantedShare, cell_name
from kepu.plan.breakdown.services.drafting import MOST
from kepu.plan.tasks.models import Plan

LONGEST_CELL = 30


class ShareField(forms.CharField):
    """A number as people type it: full width, with thousands; empty where nobody owes anything."""

    def __init__(self, label: str, column: Column) -> None:
        attrs = {"class": "form-control", "inputmode": "decimal", "autocomplete": "off", "size": 7, "aria-label": label}
        super().__init__(label=label, max_length=LONGEST_CELL, required=False, widget=forms.TextInput(attrs))
        self._column = column

    def clean(self, value: Any) -> Decimal | None:
        """The number, or why it is none."""
        text = super().clean(value)
        try:
            found: Decimal | None = self._column.value_of(text)
        except CellUnfit as problem:
            raise forms.ValidationError(f"{self.label}：{problem}") from None
        return found


class SharesForm(forms.Form):
    """The matrix of shares, and the reasons with which it is issued."""

    reason = forms.CharField(
        label=_("下达的理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("为什么这样分。会和您的身份、日期一起公开显示；只存草稿可以不填。"),
    )
    difference_reason = forms.CharField(
        label=_("合计不等于目标的理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("合计与目标一致时不用填。"),
    )

    def __init__(self, *args: Any, page: Editing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cells: dict[str, tuple[str, int, int | None]] = {}
        for among, owner in page.owners:
            for year in page.frame.columns:
                name = cell_name(among, owner.pk, year)
                self._cells[name] = (among, owner.pk, year)
                label = f"{owner.label} {year or page.frame.whole_label}"
                column = Column("value", label, ColumnKind.NUMBER, unit=page.frame.unit, least=-MOST, most=MOST)
                self.fields[name] = ShareField(label, column)
                self.initial.setdefault(name, page.stored.get((among, owner.pk, year), ""))
        if page.draft is not None:
            self.initial.update({"reason": page.draft.reason, "difference_reason": page.draft.difference_reason})
        self._page = page

    def wanted(self) -> list[WantedShare]:
        """The shares that were filled in."""
        found = ((place, self.cleaned_data.get(name)) for name, place in self._cells.items())
        return [WantedShare(among, pk, value, year) for (among, pk, year), value in found if value is not None]

    def groups(self) -> list[dict[str, Any]]:
        """Rows of bound cells for the page; beside each what is stored, for who comes second."""
        rows: dict[str, list[dict[str, Any]]] = {}
        for among, owner in self._page.owners:
            cells = [
                {
                    "bound": self[cell_name(among, owner.pk, year)],
                    "stored": self._page.stored.get((among, owner.pk, year), ""),
                }
                for year in self._page.frame.columns
            ]
            rows.setdefault(among, []).append({"owner": owner, "cells": cells})
        labels = {Among.REGIONS.value: _now("区市"), Among.BODIES.value: _now("单位")}
        return [{"label": labels[among], "rows": found} for among, found in rows.items()]

    @property
    def cell_errors(self) -> list[str]:
        """What is wrong with cells, for the top of the page."""
        return [str(words) for name in self._cells for words in self.errors.get(name, [])]


class ProposeForm(forms.Form):
    """How shares are proposed."""

    among = forms.ChoiceField(label=_("分到"), choices=Among.choices)
    way = forms.ChoiceField(label=_("怎样分"), choices=Way.choices)
    by_year = forms.BooleanField(label=_("分年填"), required=False)


class BodyForm(forms.Form):
    """One more body in the matrix; it stands inside the form of shares, which must not wait for it."""

    use_required_attribute = False

    body_name = forms.CharField(
        label=_("添一个单位"), max_length=120, help_text=_("全称、简称或别名；添上以后它在表里多一行。")
    )

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._region = region

    def clean_body_name(self) -> Organisation:
        """Find the body that is meant."""
        return _body_named(self.cleaned_data["body_name"].strip(), self._region)


class SheetForm(forms.Form):
    """A filled-in table, as a file or copied out of one."""

    file = forms.FileField(
        label=_("表格文件"), required=False, help_text=_(".xlsx 或 .csv；整张表替换草稿里原有的数。")
    )
    pasted = forms.CharField(
        label=_("或从表格里复制，粘贴在这里"),
        required=False,
        max_length=200_000,
        strip=False,
        help_text=_("连表头一起复制：区市或单位、年份、分解数。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        """The one that was given, as a stream."""
        data = super().clean() or {}
        pasted = str(data.get("pasted") or "")
        if not data.get("file") and not pasted.strip() and not self.errors:
            self.add_error("file", _now("请选一个文件，或者粘贴表格。"))
        data["stream"] = data.get("file") or io.BytesIO(pasted.encode())
        return data

    @property
    def source(self) -> str:
        """The field that was filled in, at which errors are said."""
        return "file" if self.files.get("file") else "pasted"


class LinkForm(forms.Form):
    """Which plan stands beneath which, and whose it is."""

    parent = forms.ModelChoiceField(label=_("上级方案"), queryset=Plan.objects.none())
    child = forms.ModelChoiceField(label=_("下级方案"), queryset=Plan.objects.none())
    region = forms.ModelChoiceField(label=_("是哪个区市的方案"), queryset=Region.objects.none(), required=False)
    body_name = forms.CharField(
        label=_("或是哪个单位的年度计划"), max_length=120, required=False, help_text=_("全称、简称或别名。")
    )
    year = forms.IntegerField(label=_("哪一年的"), required=False, help_text=_("单位的年度计划必填。"))
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, parents: Sequence[Plan], free: Sequence[Plan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {"parent": parents, "child": free}
        for name, plans in own.items():
            self.fields[name].queryset = Plan.objects.filter(pk__in=[plan.pk for plan in plans])  # type: ignore[attr-defined]
        paths = [plan.region.path for plan in parents]
        beneath = [pk for pk, path in _regions_of(free) if any(path.startswith(above) for above in paths)]
        self.fields["region"].queryset = Region.objects.filter(pk__in=beneath)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Find the body that is meant."""
        data = super().clean() or {}
        name, parent = str(data.get("body_name") or "").strip(), data.get("parent")
        data["organisation"] = None
        if name and parent is not None:
            try:
                data["organisation"] = _body_named(name, parent.region)
            except forms.ValidationError as problem:
                self.add_error("body_name", problem)
        return data


class PairsForm(forms.Form):
    """For every task of a child plan the task above."""

    def __init__(self, *args: Any, pairs: Sequence[Pair], parents: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pairs = pairs
        choices = [("", _now("不对应上级的任务")), *((str(pk), label) for pk, label in parents)]
        for pair in pairs:
            likely = pair.parent or pair.proposed
            self.fields[f"task-{pair.child.pk}"] = forms.ChoiceField(
                label=f"{pair.child.code} {pair.child.label}",
                choices=choices,
                required=False,
                initial=str(likely.pk) if likely else "",
            )

    def wanted(self) -> dict[int, int | None]:
        """The task above of every task."""
        found = {pair.child.pk: self.cleaned_data[f"task-{pair.child.pk}"] for pair in self._pairs}
        return {child: int(parent) if parent else None for child, parent in found.items()}

    def rows(self) -> list[dict[str, Any]]:
        """Pairs with their fields."""
        return [{"pair": pair, "bound": self[f"task-{pair.child.pk}"]} for pair in self._pairs]


class ReasonForm(forms.Form):
    """Why; for what takes something back."""

    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def _regions_of(plans: Sequence[Plan]) -> list[tuple[int, str]]:
    return [(plan.region_id, plan.region.path) for plan in plans]


def _body_named(name: str, region: Region) -> Organisation:
    match = match_organisations([name], region=region)[name]
    if match.organisation is None:
        raise forms.ValidationError(_now("没有找到“%(name)s”。请写单位的全称、简称或已登记的别名。") % {"name": name})
    return match.organisation
