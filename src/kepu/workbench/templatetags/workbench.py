"""Who acted, in words."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.directory.register.models import Person

register = template.Library()

# What the register and the ledger do; the words of other rooms' actions are their codes until they are named here.
ACTIONS = {
    "directory.person.created": gettext_lazy("新建账号"),
    "directory.person.access_reset": gettext_lazy("作废旧密码，另给链接"),
    "directory.person.deactivated": gettext_lazy("停用账号"),
    "directory.person.reactivated": gettext_lazy("恢复账号"),
    "directory.person.signed_in": gettext_lazy("登录"),
    "directory.person.signed_out": gettext_lazy("退出"),
    "directory.role.granted": gettext_lazy("给角色"),
    "directory.role.ended": gettext_lazy("结束角色"),
    "directory.organisation.created": gettext_lazy("新建单位"),
    "directory.organisation.corrected": gettext_lazy("更正单位"),
    "directory.organisation.deleted": gettext_lazy("删除单位"),
    "directory.alias.added": gettext_lazy("加别名"),
    "directory.alias.removed": gettext_lazy("去掉别名"),
    "directory.regions.imported": gettext_lazy("导入区划"),
    "directory.region.deleted": gettext_lazy("删除区划"),
    "directory.token.issued": gettext_lazy("发令牌"),
    "directory.token.revoked": gettext_lazy("停用令牌"),
    "ledger.fact.recorded": gettext_lazy("记事实"),
    "ledger.fact.reversed": gettext_lazy("冲正事实"),
    "ledger.facts.loaded": gettext_lazy("载入一批事实"),
    "ledger.import.started": gettext_lazy("传上一张表"),
    "ledger.indicators.loaded": gettext_lazy("载入指标目录"),
    "ledger.period.accepted": gettext_lazy("定受理时段"),
}


@register.simple_tag
def actor_name(actors: Mapping[int, Person], actor_id: int | None) -> str:
    """Name the person of an audit entry; the machine where nobody acted."""
    if actor_id is None:
        return _("系统")
    person = actors.get(actor_id)
    return str(person) if person else _("编号 %(id)d") % {"id": actor_id}


@register.simple_tag
def action_name(action: str) -> SafeString:
    """Name an action in words above its code."""
    words = ACTIONS.get(action)
    if words is None:
        return format_html("{}", action)
    return format_html('{}<br><small class="quiet">{}</small>', words, action)
