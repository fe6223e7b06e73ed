"""The columns of a table of orders."""

from django.utils.translation import gettext as _

from kepu.directory.register.choices import Audience
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.outreach.people.capacities.queries import choices_of, half_days
from kepu.outreach.requests.choices import Repeat
from kepu.outreach.requests.models import MOST_HELPERS, MOST_VISITS
from kepu.outreach.requests.queries.helpers import skill_choices


def orders_sheet() -> Sheet:
    """One row an order; a school, a village or a body brings many at once."""
    whole, choice, day = ColumnKind.INTEGER, ColumnKind.CHOICE, ColumnKind.DAY
    audiences = tuple((one.value, str(one.label)) for one in Audience)
    labels = "、".join(label for _code, label in half_days()[:3])
    return Sheet(
        _("需求单"),
        (
            Column("topic", _("想听什么"), is_required=True, longest=120, example=_("台风来了怎么办")),
            Column("audience", _("给谁听"), choice, is_required=True, choices=audiences),
            Column("people", _("多少人"), whole, is_required=True, least=1),
            Column("accompanying", _("陪同的大人"), whole, least=0),
            Column("form", _("形式"), choice, choices=tuple(choices_of("forms")), help=_("点常设项目的可以空着，别的要写")),
            Column("is_online", _("线上"), ColumnKind.BOOLEAN),
            Column("region", _("地区代码"), is_required=True, longest=12, help=_("镇街或区市的行政区划代码")),
            Column("place", _("地点"), longest=160),
            Column("needs_room", _("没有地方，请帮着找"), ColumnKind.BOOLEAN),
            Column("earliest", _("最早哪天"), day, is_required=True),
            Column("latest", _("最晚哪天"), day, is_required=True),
            Column("half_days", _("方便的半天"), longest=200, help=_("像“%(labels)s”，用顿号隔开；不写就是白天都行") % {"labels": labels}),
            Column("visits", _("次数"), whole, least=1, most=MOST_VISITS),
            Column("repeat", _("几次由谁来"), choice, choices=tuple((one.value, str(one.label)) for one in Repeat)),
            Column("body", _("单位"), longest=120),
            Column("contact_name", _("联系人"), longest=40),
            Column("contact_phone", _("联系电话"), is_required=True, longest=20),
            Column("level", _("年级或程度"), longest=40),
            Column("subject", _("学科"), choice, choices=tuple(choices_of("subjects"))),
            Column("language", _("语言"), choice, choices=tuple(choices_of("languages"))),
            Column("needs", _("无障碍和其他需要"), longest=200),
            Column("helpers", _("要几名志愿者帮忙"), whole, least=0, most=MOST_HELPERS, help=_("没有就空着；请得到就来，请不到也照样讲")),
            Column("helper_skill", _("志愿者要会什么"), choice, choices=tuple(skill_choices()), help=_("不限就空着")),
            Column("partner", _("合作的城市或国家"), longest=80),
            Column("standing", _("常设项目"), longest=120, help=_("它的编号，或一字不差的名称")),
            Column("standing_class", _("班级"), longest=40, help=_("馆校合作的才写，一字不差")),
        ),
    )  # fmt: skip
