"""Closed lists of conflicts of interest; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TieKind(TextChoices):
    """What binds a person to somebody, or to a body."""

    KIN = "kin", _("亲属")
    TEACHER = "teacher", _("师生")
    JOINT_WORK = "joint_work", _("一起做过课题或作品")
    EMPLOYED = "employed", _("任职或受聘")
    INTEREST = "interest", _("持股、捐赠或其他利益")
    AVOIDS = "avoids", _("本人要求回避")


class Origin(TextChoices):
    DECLARED = "declared", _("本人申报")
    OFFICE = "office", _("办公室登记")


class IdentityState(TextChoices):
    """Whether two entries of the register are one human being."""

    SUSPECTED = "suspected", _("疑似同一人")
    SAME = "same", _("同一人")
    DIFFERENT = "different", _("不是同一人")


class Ground(TextChoices):
    """Why somebody must not decide about somebody or something."""

    SELF = "self", _("就是本人")
    BODY = "body", _("同一单位或上下级单位")
    KIN = "kin", _("亲属")
    TEACHER = "teacher", _("师生")
    JOINT_WORK = "joint_work", _("近年一起做过课题或作品")
    EMPLOYED = "employed", _("任职或受聘于该单位")
    INTEREST = "interest", _("有利益关系")
    AVOIDS = "avoids", _("本人要求回避")
    KIN_BODY = "kin_body", _("亲属在该单位")
    MAIL = "mail", _("单位邮箱同一域名")


BOTH_WAYS = frozenset({TieKind.KIN, TieKind.TEACHER, TieKind.JOINT_WORK})
FADING = frozenset({TieKind.TEACHER, TieKind.JOINT_WORK, TieKind.EMPLOYED})
"""Ties that bind for some years after they ended; kin and interest bind while they stand."""


def tie_kinds() -> list[tuple[str, Any]]:
    return TieKind.choices


def origins() -> list[tuple[str, Any]]:
    return Origin.choices


def identity_states() -> list[tuple[str, Any]]:
    return IdentityState.choices
