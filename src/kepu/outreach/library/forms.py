"""What is typed about the library; what may be said and done, the services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Person
from kepu.directory.register.queries import districts, regions_to_choose
from kepu.outreach.library.choices import LoanState, ShownState
from kepu.outreach.library.models import Holding, Package, Resource
from kepu.outreach.library.queries import kind_labels
from kepu.outreach.library.queries.lists import HoldingRow, Wanted, bodies_borrowing, owners_for, resources_to_choose
from kepu.outreach.library.services import Counts, HoldingPlace, LoanTerms, PackageWords, ResourceWords
from kepu.outreach.people.capacities.queries import choices_of
from kepu.web.fields import area, choose, day_field

_RESOURCE = ("title", "kind", "source", "rights", "description", "is_lendable", "audiences", "forms", "subjects")
_PLACES = 10


def _several(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=False, widget=forms.CheckboxSelectMultiple
    )


def _count(label: Any, help_text: Any = "", *, initial: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, min_value=0, initial=initial)


class FindForm(forms.Form):
    """By what a list is narrowed; what cannot be read narrows nothing."""

    q = forms.CharField(label=_("名称、题目、单位"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("类型"), required=False)
    audience = forms.ChoiceField(label=_("讲给谁"), required=False)
    district = forms.ChoiceField(label=_("在哪个区市"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "kind", [("", _("全部")), *kind_labels().items()])
        choose(self, "audience", [("", _("不限")), *Audience.choices])
        choose(self, "district", [("", _("全市")), *((one.code, one.label) for one in districts())])

    @property
    def wanted(self) -> Wanted:
        """What was asked for."""
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        names = ("kind", "audience", "district", "state")
        return Wanted(said.get("q", ""), **{name: said.get(name, "") for name in names})


class DeskFindForm(FindForm):
    """At the desk, withdrawn ones too."""

    state = forms.ChoiceField(label=_("状态"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "state", [("", _("全部")), *ShownState.choices])


class StockFindForm(FindForm):
    """Where copies lie."""

    q = forms.CharField(label=_("资源、单位、地方"), required=False, max_length=100)
    audience = None  # type: ignore[assignment]  # Django's way to leave a field out

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)
        choose(self, "kind", [("", _("全部")), *kind_labels().items()])
        choose(self, "district", [("", _("全市")), *((one.code, one.label) for one in districts())])


class ResourceForm(forms.Form):
    """What is said of a resource; the owner only when it is added."""

    owner = forms.TypedChoiceField(label=_("归口单位"), coerce=int, help_text=_("公众问起来由它答。"))
    title = forms.CharField(label=_("名称"), max_length=120)
    kind = forms.ChoiceField(label=_("类型"))
    topics = forms.CharField(
        label=_("讲的题目"),
        required=False,
        max_length=1500,
        widget=area(4),
        help_text=_("一行一个，用大白话。派单时按这些字给讲座配资源。"),
    )
    description = forms.CharField(label=_("介绍"), required=False, max_length=2000, widget=area(4))
    source = forms.CharField(label=_("作者或来源"), max_length=160, help_text=_("谁做的，或从哪里来的。"))
    rights = forms.CharField(
        label=_("怎样可以用"), max_length=200, help_text=_("照实写许可或约定，如“本单位自制，可免费用于科普活动”。")
    )
    region = forms.TypedChoiceField(label=_("存放地区"), coerce=int)
    audiences = _several(_("适合讲给谁听"), _("不选就是谁都行。"))
    forms_ = _several(_("适合的服务形式"), _("不选就是都行。"))
    subjects = _several(_("学科"))
    is_lendable = forms.BooleanField(label=_("可以借"), required=False, initial=True)

    def __init__(self, *args: Any, actor: Person, resource: Resource | None = None, **kwargs: Any) -> None:
        if resource is not None:
            said = {name: getattr(resource, name) for name in _RESOURCE}
            said |= {"topics": "\n".join(resource.topics), "region": resource.region_id, "forms_": resource.forms}
            kwargs["initial"] = said
        super().__init__(*args, **kwargs)
        choose(self, "owner", [("", _("请选择")), *owners_for(actor)])
        choose(self, "region", [("", _("请选择")), *regions_to_choose()])
        choose(self, "kind", [("", _("请选择")), *kind_labels().items()])
        choose(self, "audiences", Audience.choices)
        choose(self, "forms_", choices_of("forms"))
        choose(self, "subjects", choices_of("subjects"))
        if resource is not None:
            del self.fields["owner"]

    @property
    def words(self) -> ResourceWords:
        """What was typed."""
        said = dict(self.cleaned_data)
        said.pop("owner", None)
        topics, region, forms_ = said.pop("topics").splitlines(), said.pop("region"), said.pop("forms_")
        return ResourceWords(topics=topics, region_id=region, forms=forms_, **said)


class PackageForm(forms.Form):
    """A package with its resources in order: one list for each place, as many as are needed."""

    owner = forms.TypedChoiceField(label=_("归口单位"), coerce=int)
    title = forms.CharField(label=_("名称"), max_length=120)
    occasion = forms.CharField(label=_("用在什么场合"), max_length=120, help_text=_("如“社区防灾课，四十分钟”。"))
    audiences = _several(_("适合讲给谁听"), _("不选就是谁都行。"))
    summary = forms.CharField(label=_("怎样用"), required=False, max_length=2000, widget=area(4))

    def __init__(self, *args: Any, actor: Person, package: Package | None = None, **kwargs: Any) -> None:
        held: list[int] = []
        if package is not None:
            held = list(package.items.values_list("resource_id", flat=True))
            said: dict[str, Any] = {
                name: getattr(package, name) for name in ("title", "occasion", "audiences", "summary")
            }
            kwargs["initial"] = said | {f"item_{place}": pk for place, pk in enumerate(held, start=1)}
        super().__init__(*args, **kwargs)
        choose(self, "owner", [("", _("请选择")), *owners_for(actor)])
        choose(self, "audiences", Audience.choices)
        offered = [("", _("没有")), *resources_to_choose(held)]
        self.places = [f"item_{place}" for place in range(1, max(_PLACES, len(held) + 3) + 1)]
        for place, name in enumerate(self.places, start=1):
            label = _("第 %(n)d 件") % {"n": place}
            self.fields[name] = forms.TypedChoiceField(
                label=label, choices=offered, coerce=int, empty_value=None, required=False
            )
        if package is not None:
            del self.fields["owner"]

    @property
    def items(self) -> list[forms.BoundField]:
        """The lists of the places."""
        return [self[name] for name in self.places]

    @property
    def words(self) -> PackageWords:
        """What was typed."""
        said = self.cleaned_data
        chosen = [said[name] for name in self.places if said.get(name)]
        return PackageWords(said["title"], said["occasion"], chosen, said["audiences"], said["summary"])


class HoldingForm(forms.Form):
    """Where copies of a resource lie, and how many."""

    keeper = forms.TypedChoiceField(label=_("保管单位"), coerce=int, help_text=_("借用由它答复、发放、收回。"))
    region = forms.TypedChoiceField(label=_("所在地区"), coerce=int)
    storage = forms.CharField(label=_("放在哪里"), max_length=120)
    contact = forms.CharField(label=_("找谁领"), max_length=80, help_text=_("写岗位和办公电话，不写个人姓名和手机。"))
    good = _count(_("好的"))
    damaged = _count(_("坏的"))
    lost = _count(_("丢的"))

    def __init__(self, *args: Any, actor: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "keeper", [("", _("请选择")), *(owners_for(actor) if actor else ())])
        choose(self, "region", [("", _("请选择")), *regions_to_choose()])

    @property
    def place(self) -> HoldingPlace:
        """Where."""
        said = self.cleaned_data
        return HoldingPlace(said["keeper"], said["region"], said["storage"], said["contact"])

    @property
    def counts(self) -> Counts:
        """How many."""
        said = self.cleaned_data
        return Counts(said["good"], said["damaged"], said["lost"])


class CountForm(forms.Form):
    """What a stocktake found."""

    good = _count(_("好的"), _("连借出在外的一起数。"))
    damaged = _count(_("坏的"))
    lost = _count(_("丢的"))
    counted_on = day_field(_("盘点日期"))
    reason = forms.CharField(label=_("原因"), max_length=200, help_text=_("如“年度盘点”“新到一批”。"))

    def __init__(self, *args: Any, holding: Holding | None = None, **kwargs: Any) -> None:
        if holding is not None:
            kwargs["initial"] = {name: getattr(holding, name) for name in ("good", "damaged", "lost")}
        super().__init__(*args, **kwargs)

    @property
    def counts(self) -> Counts:
        """How many."""
        said = self.cleaned_data
        return Counts(said["good"], said["damaged"], said["lost"])


class PlaceForm(forms.Form):
    """Where copies lie now."""

    storage = forms.CharField(label=_("放在哪里"), max_length=120)
    contact = forms.CharField(label=_("找谁领"), max_length=80, help_text=_("写岗位和办公电话，不写个人姓名和手机。"))

    def __init__(self, *args: Any, holding: Holding | None = None, **kwargs: Any) -> None:
        if holding is not None:
            kwargs["initial"] = {name: getattr(holding, name) for name in ("storage", "contact")}
        super().__init__(*args, **kwargs)


class StockForm(forms.Form):
    file = forms.FileField(label=_("馆藏表"), help_text=_("按模板填好的 .xlsx 或 .csv。"))


class FileForm(forms.Form):
    file = forms.FileField(label=_("文件"), help_text=_("PDF、Word、图片或压缩包，50 MB 以内；谁都可以下载。"))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200)


class NoForm(forms.Form):
    """A button alone."""


class AskForm(forms.Form):
    """What somebody wants to borrow, and for whom."""

    holding = forms.TypedChoiceField(label=_("向哪里借"), coerce=int, widget=forms.RadioSelect)
    organisation = forms.TypedChoiceField(label=_("谁来借"), required=False, coerce=int, empty_value=None)
    copies = forms.IntegerField(label=_("几件"), min_value=1, initial=1)
    first_day = day_field(_("哪天领"))
    last_day = day_field(_("哪天还"), _("两头的日子都算在内。"))
    purpose = forms.CharField(label=_("做什么用"), max_length=200, help_text=_("如“小区科普日”。不写别人的姓名。"))

    def __init__(self, *args: Any, actor: Person, rows: "tuple[HoldingRow, ...]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [
            (
                row.holding.pk,
                _("%(keeper)s，%(place)s：今天可借 %(free)d 件")
                % {"keeper": row.holding.keeper.label, "place": row.holding.region.label, "free": row.free},
            )
            for row in rows
            if row.holding.good
        ]
        choose(self, "holding", offered)
        if len(offered) == 1:
            self.fields["holding"].initial = offered[0][0]
        bodies = bodies_borrowing(actor)
        choose(self, "organisation", [("", _("我自己")), *((one.pk, one.name) for one in bodies)])
        if not bodies:
            del self.fields["organisation"]

    @property
    def terms(self) -> LoanTerms:
        """What is wanted."""
        said = self.cleaned_data
        return LoanTerms(said["copies"], said["first_day"], said["last_day"], said["purpose"])


class AgreeForm(forms.Form):
    answer = forms.CharField(label=_("给借用人的话"), required=False, max_length=200)


class RefuseForm(forms.Form):
    answer = forms.CharField(label=_("为什么不能借"), max_length=200, help_text=_("会告诉借用人。"))


class ReturnForm(forms.Form):
    """What came back."""

    damaged = _count(_("坏了几件"))
    lost = _count(_("丢了几件"))
    note = forms.CharField(label=_("怎么坏的、丢的"), required=False, max_length=200, help_text=_("都好就空着。"))


LOAN_PARTS: tuple[tuple[str, Any], ...] = (
    (LoanState.ASKED, _("待答复")),
    (LoanState.AGREED, _("待领取")),
    ("due", _("借出在外")),
    (LoanState.RETURNED, _("已归还")),
    ("", _("全部")),
)
"""Parts of the list of loans."""
