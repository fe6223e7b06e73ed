"""The shape of what comes in at the third door."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BringForm(forms.Form):
    """A file or pasted words."""

    file = forms.FileField(
        label=_("方案文件"),
        required=False,
        help_text=_("可用 .docx、.pdf（有文字层）、.txt、.html；只在本次读取，不保存。"),
    )
    text = forms.CharField(
        label=_("或者粘贴全文"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=400_000,
    )

    def clean(self) -> dict[str, object]:
        """One of the two must be there."""
        data = super().clean() or {}
        if not self.errors and not data.get("file") and not str(data.get("text") or "").strip():
            raise forms.ValidationError(_("请选一个文件，或粘贴方案全文。"))
        return data

    def content(self) -> tuple[bytes, str]:
        """The bytes and the name of what came in."""
        upload = self.cleaned_data.get("file")
        if upload:
            return upload.read(), upload.name
        return self.cleaned_data["text"].encode(), "pasted.txt"
