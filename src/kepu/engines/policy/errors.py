"""What can be wrong with a file that should be a plan."""


def gettext_noop(text: str) -> str:
    """Mark a sentence for the translators by the name that they look for; the engine itself knows no language."""
    return text


class PolicyUnreadable(ValueError):
    """The file cannot be read as a plan; the message says what is wrong and what to do, in Chinese."""

    code = "policy_unreadable"
    message = gettext_noop("读不出这个文件。请改用 .docx、.txt、.html 或带文字层的 .pdf。")

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.message
        super().__init__(self.message)


class NotThere(PolicyUnreadable):
    code = "not_there"
    message = gettext_noop("找不到这个文件，或没有读取权限。请检查路径。")


class EmptyFile(PolicyUnreadable):
    code = "empty_file"
    message = gettext_noop("文件是空的。请重新选择方案正文。")


class TooLarge(PolicyUnreadable):
    code = "too_large"
    message = gettext_noop("文件超过 50 MB。请只上传方案正文，去掉图片和附件后再试。")


class TooLong(PolicyUnreadable):
    code = "too_long"
    message = gettext_noop("文字超过二十万字，不像一份方案。请只留方案正文再试。")


class PictureFile(PolicyUnreadable):
    code = "picture"
    message = gettext_noop("这是一张图片，里面没有可读的文字。请先做文字识别，再上传 .docx、.txt 或带文字层的 .pdf。")


class BinaryFile(PolicyUnreadable):
    code = "binary"
    message = gettext_noop("这不是文本文件。请上传 .docx、.txt、.html 或带文字层的 .pdf。")


class OldWordFile(PolicyUnreadable):
    code = "old_word"
    message = gettext_noop("这是旧版 Word 文件（.doc）。请在 Word 或 WPS 里另存为 .docx 再上传。")


class WrongOfficeFile(PolicyUnreadable):
    code = "wrong_office"
    message = gettext_noop("这个压缩包或办公文件不是 .docx。请上传方案的 Word 文档（.docx）。")


class BrokenDocument(PolicyUnreadable):
    code = "broken_document"
    message = gettext_noop("文档已损坏，打不开。请用 Word 或 WPS 打开，重新存为 .docx 再上传。")


class UnsafeDocument(PolicyUnreadable):
    code = "unsafe_document"
    message = gettext_noop(
        "文档解压后大得反常，或含有不允许的内容，没有读取。请用 Word 或 WPS 打开，重新存为 .docx 再上传。"
    )


class BrokenPdf(PolicyUnreadable):
    code = "broken_pdf"
    message = gettext_noop("PDF 已损坏，打不开。请重新导出 PDF，或改传 .docx。")


class EncryptedPdf(PolicyUnreadable):
    code = "encrypted_pdf"
    message = gettext_noop("PDF 设了密码。请先解除密码保护再上传。")


class PdfWithoutText(PolicyUnreadable):
    code = "pdf_without_text"
    message = gettext_noop("PDF 里没有文字层，可能是扫描件。请先做文字识别，或改传 .docx、.txt。")


class UnknownEncoding(PolicyUnreadable):
    code = "unknown_encoding"
    message = gettext_noop("认不出文字编码。请另存为 UTF-8 编码的文本再上传。")


class MixedEncodings(PolicyUnreadable):
    code = "mixed_encodings"
    message = gettext_noop("同一个文件里混用了两种文字编码。请统一另存为 UTF-8 再上传。")


class NoTask(PolicyUnreadable):
    code = "no_task"
    message = gettext_noop("在这份文本里没有找到任务。请确认上传的是方案正文，并保留条目编号或责任单位。")
