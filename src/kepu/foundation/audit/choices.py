"""How a chain can be broken."""

from django.db.models import TextChoices


class Fault(TextChoices):
    LINK_MISSING = "link_missing", "链上缺了这一环"
    LINK_CUT = "link_cut", "这一环没有接在前一环上"
    ENTRY_MISSING = "entry_missing", "这一环所封存的记录不见了"
    ENTRY_CHANGED = "entry_changed", "记录内容与封存时不同"
    HEAD_UNKNOWN = "head_unknown", "链上没有所给的链头，链尾可能被截去"
