"""Closed lists of the ledger; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import Audience as Audience  # noqa: PLC0414 its users take it from here


class IndicatorKind(TextChoices):
    FLOW = "flow", _("流量（一段时间里发生的量）")
    STOCK = "stock", _("存量（某一天的量）")


class Aggregation(TextChoices):
    """How the facts of one indicator become one number."""

    SUM = "sum", _("相加")
    COUNT = "count", _("计次")
    DISTINCT_PERSONS = "distinct_persons", _("去重人数")
    LAST = "last", _("取最近一次")


class Visibility(TextChoices):
    PUBLIC = "public", _("公开")
    STAFF = "staff", _("仅工作人员")


class AudienceTag(TextChoices):
    """A finer group inside an audience; the audience that it belongs to is in `AUDIENCE_OF_TAG`."""

    PRIMARY_PUPILS = "primary_pupils", _("小学生")
    SECONDARY_PUPILS = "secondary_pupils", _("中学生")
    COLLEGE_STUDENTS = "college_students", _("大学生")
    SCIENCE_COUNSELLORS = "science_counsellors", _("科技辅导员")
    SCIENCE_TEACHERS = "science_teachers", _("科学教师")
    RURAL_WOMEN = "rural_women", _("农村妇女")
    SKILLED_FARMERS = "skilled_farmers", _("高素质农民")
    EMPLOYEES = "employees", _("企业职工")
    APPRENTICES = "apprentices", _("技工院校学生")
    LIVING_ALONE = "living_alone", _("独居老年人")
    OLD_SCIENTISTS = "old_scientists", _("老年科技工作者")
    CIVIL_SERVANTS = "civil_servants", _("公务员")
    LEADING_CADRES = "leading_cadres", _("领导干部")


AUDIENCE_OF_TAG: dict[str, tuple[str, ...]] = {
    AudienceTag.PRIMARY_PUPILS: (Audience.YOUTH,),
    AudienceTag.SECONDARY_PUPILS: (Audience.YOUTH,),
    AudienceTag.COLLEGE_STUDENTS: (Audience.YOUTH,),
    AudienceTag.SCIENCE_COUNSELLORS: (Audience.YOUTH, Audience.PUBLIC),
    AudienceTag.SCIENCE_TEACHERS: (Audience.YOUTH, Audience.PUBLIC),
    AudienceTag.RURAL_WOMEN: (Audience.FARMERS,),
    AudienceTag.SKILLED_FARMERS: (Audience.FARMERS,),
    AudienceTag.EMPLOYEES: (Audience.WORKERS,),
    AudienceTag.APPRENTICES: (Audience.WORKERS, Audience.YOUTH),
    AudienceTag.LIVING_ALONE: (Audience.ELDERLY,),
    AudienceTag.OLD_SCIENTISTS: (Audience.ELDERLY,),
    AudienceTag.CIVIL_SERVANTS: (Audience.OFFICIALS,),
    AudienceTag.LEADING_CADRES: (Audience.OFFICIALS,),
}


class SourceKind(TextChoices):
    """By which door a fact came in."""

    SERVICE = "service", _("业务记录")
    FORM = "form", _("手工登记")
    API = "api", _("接口")
    SHEET = "sheet", _("表格导入")
    BULK = "bulk", _("批量载入")
    EXAMPLE = "example", _("示例数据")


def indicator_kinds() -> list[tuple[str, Any]]:
    return IndicatorKind.choices


def aggregations() -> list[tuple[str, Any]]:
    return Aggregation.choices


def visibilities() -> list[tuple[str, Any]]:
    return Visibility.choices


def audiences() -> list[tuple[str, Any]]:
    return Audience.choices


def audience_tags() -> list[tuple[str, Any]]:
    return AudienceTag.choices


def source_kinds() -> list[tuple[str, Any]]:
    return SourceKind.choices
