"""Closed lists of the register; codes are for ever, labels may change."""

from typing import Any

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    LEADING_OFFICE = "leading_office", _("领导小组办公室")
    LIAISON = "liaison", _("责任单位联络员")
    UNIT_HEAD = "unit_head", _("责任单位负责人")
    DISTRICT_OFFICER = "district_officer", _("区市科普专干")
    REVIEWER = "reviewer", _("评估员")
    AUDITOR = "auditor", _("审计员")
    ADMINISTRATOR = "administrator", _("系统管理员")


BODY_ROLES = (Role.LIAISON, Role.UNIT_HEAD)
"""Roles over one body: the liaison writes for it, its head reads along and is called where it falls behind."""


class RegionLevel(IntegerChoices):
    PROVINCE = 1, _("省")
    CITY = 2, _("市")
    DISTRICT = 3, _("区市")
    TOWNSHIP = 4, _("镇街")
    COMMUNITY = 5, _("村社")


class AreaClass(TextChoices):
    URBAN = "urban", _("城镇")
    RURAL = "rural", _("乡村")
    MIXED = "mixed", _("城乡结合")
    UNKNOWN = "unknown", _("未定")


class OrganisationKind(TextChoices):
    GOVERNMENT = "government", _("政府部门")
    PARTY = "party", _("党委部门")
    MASS = "mass", _("群团组织")
    MEDIA = "media", _("媒体")
    SCHOOL = "school", _("学校")
    VENUE = "venue", _("场馆")
    COMPANY = "company", _("企业")
    SOCIETY = "society", _("社会团体")
    FARM_SOCIETY = "farm_society", _("农技协")
    INSTITUTION = "institution", _("事业单位")
    COLLECTIVE = "collective", _("一类单位（合称）")
    OTHER = "other", _("其他")


class Audience(TextChoices):
    """The five key groups of the programme (重点人群), and the public."""

    YOUTH = "youth", _("青少年")
    FARMERS = "farmers", _("农民")
    WORKERS = "workers", _("产业工人")
    ELDERLY = "elderly", _("老年人")
    OFFICIALS = "officials", _("领导干部和公务员")
    PUBLIC = "public", _("公众")


class Participant(TextChoices):
    """Who takes part in a demonstration without a desk."""

    RESIDENT = "resident", _("居民")
    EXPERT = "expert", _("专家")
    COUNSELLOR = "counsellor", _("辅导员")
    COMMISSIONER = "commissioner", _("特派员")
    INFORMATION_OFFICER = "officer", _("信息员")
    POST = "post", _("科普岗位")
    VOLUNTEER = "volunteer", _("志愿者")
    TEAM_LEADER = "team_leader", _("志愿队队长")


class TokenScope(TextChoices):
    LEDGER_READ = "ledger:read", _("读台账")
    LEDGER_WRITE = "ledger:write", _("记台账")
    REQUESTS_READ = "requests:read", _("看点的单")
    REQUESTS_WRITE = "requests:write", _("点单")


class CodePurpose(TextChoices):
    """What a code on a phone proves."""

    SIGN_IN = "sign_in", _("登录或登记")
    PHONE = "phone", _("换手机号")


class ActingCheck(TextChoices):
    """How the operator made sure, in words on the phone, that it is the resident who calls."""

    BIRTHDAY = "birthday", _("来电人说出出生日期，与登记的一致")
    CALLBACK = "callback", _("挂断后按登记的号码打回去，由本人接听")


class ActingEnd(TextChoices):
    BUTTON = "button", _("办完")
    IDLE = "idle", _("久未操作")
    SIGN_OUT = "sign_out", _("话务员退出")
    VOID = "void", _("条件不再成立")


def roles() -> list[tuple[str, Any]]:
    return Role.choices


def region_levels() -> list[tuple[int, Any]]:
    return RegionLevel.choices


def area_classes() -> list[tuple[str, Any]]:
    return AreaClass.choices


def organisation_kinds() -> list[tuple[str, Any]]:
    return OrganisationKind.choices


def code_purposes() -> list[tuple[str, Any]]:
    return CodePurpose.choices


def acting_checks() -> list[tuple[str, Any]]:
    return ActingCheck.choices


def acting_ends() -> list[tuple[str, Any]]:
    return ActingEnd.choices
