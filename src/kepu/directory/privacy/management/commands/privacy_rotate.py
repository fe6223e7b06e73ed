"""`kepu privacy rotate`: write all personal data again with a new key."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from kepu.directory.privacy.services import rotate_keys


class Command(BaseCommand):
    help = "更换个人信息的密钥：用新密钥重写全部加密内容，再去掉旧密钥。中断后可以再次运行。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        done = rotate_keys()
        self.stdout.write(
            _("重写了 %(count)d 项，现有 %(keys)d 个密钥。") % {"count": done.rewritten, "keys": done.keys}
        )
