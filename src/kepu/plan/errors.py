"""What can go wrong with a plan, told to the user."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kepu.foundation.errors import DomainError, InputUnreadable

UNREADABLE: dict[str, str | Promise] = {
    "policy_unreadable": _("读不出这个文件。请改用 .docx、.txt、.html 或带文字层的 .pdf。"),
    "empty_file": _("文件是空的。请重新选择方案正文。"),
    "too_large": _("文件超过 50 MB。请只上传方案正文，去掉图片和附件后再试。"),
    "picture": _("这是一张图片，里面没有可读的文字。请先做文字识别，再上传 .docx、.txt 或带文字层的 .pdf。"),
    "binary": _("这不是文本文件。请上传 .docx、.txt、.html 或带文字层的 .pdf。"),
    "old_word": _("这是旧版 Word 文件（.doc）。请在 Word 或 WPS 里另存为 .docx 再上传。"),
    "wrong_office": _("这个压缩包或办公文件不是 .docx。请上传方案的 Word 文档（.docx）。"),
    "broken_document": _("文档已损坏，打不开。请用 Word 或 WPS 打开，重新存为 .docx 再上传。"),
    "unsafe_document": _(
        "文档解压后大得反常，或含有不允许的内容，没有读取。请用 Word 或 WPS 打开，重新存为 .docx 再上传。"
    ),
    "broken_pdf": _("PDF 已损坏，打不开。请重新导出 PDF，或改传 .docx。"),
    "encrypted_pdf": _("PDF 设了密码。请先解除密码保护再上传。"),
    "pdf_without_text": _("PDF 里没有文字层，可能是扫描件。请先做文字识别，或改传 .docx、.txt。"),
    "unknown_encoding": _("认不出文字编码。请另存为 UTF-8 编码的文本再上传。"),
    "mixed_encodings": _("同一个文件里混用了两种文字编码。请统一另存为 UTF-8 再上传。"),
    "no_task": _("在这份文本里没有找到任务。请确认上传的是方案正文，并保留条目编号或责任单位。"),
}


class PlanUnreadable(InputUnreadable):
    """The file or text is no plan that can be read; `reason` in the data is the engine's code."""

    code = "plan_unreadable"


class DraftNotOpen(DomainError):
    """The draft is already live or given up; nothing in it changes any more."""

    code = "draft_not_open"


class PlanAlreadyLive(DraftNotOpen):
    """Somebody confirmed the draft before; `slug` in the data leads to the plan."""

    code = "plan_already_live"


class CorrectionInvalid(DomainError):
    """A correction names something that is not there, or a value that cannot be."""

    code = "correction_invalid"
    status = 400


class FindingMoved(DomainError):
    """Somebody else corrected the same thing since the page was opened; `fields` in the data say what they wrote."""

    code = "finding_moved"


class PlanNotReady(DomainError):
    """The draft cannot go live yet; the data say what stands in the way."""

    code = "plan_not_ready"


class PlanClosed(DomainError):
    """The plan is over, or an amended text took its place; nothing about it is decided any more."""

    code = "plan_closed"


class DecisionInvalid(DomainError):
    """What was decided cannot be; `field` in the data names the field that is wrong, where one is."""

    code = "decision_invalid"
    status = 400


class MilestoneDone(DomainError):
    """The step was completed before."""

    code = "milestone_done"
