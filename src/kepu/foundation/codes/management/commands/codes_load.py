"""`kepu codes load`: load the rooms' lists and parameters, or lists of the operator's own."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kepu.foundation.codes.errors import CodesUnreadable
from kepu.foundation.codes.services import LoadReport, load_operator_file, load_rooms


class Command(BaseCommand):
    help = "载入各部分自带的码表与参数；给出文件则载入本站自己的码表（替换同名的一张）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="文件", nargs="*", type=Path, help="本站的码表（TOML）")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if options["file"]:
                for file in options["file"]:
                    self._say(load_operator_file(file, actor=None))
            else:
                self._say(load_rooms())
        except CodesUnreadable as problem:
            raise CommandError(str(problem), returncode=2) from None

    def _say(self, report: LoadReport) -> None:
        if report.is_unchanged:
            self.stdout.write(_("码表与参数没有变化。"))
            return
        said = {"lists": report.lists, "codes": report.codes, "parameters": report.parameters}
        self.stdout.write(_("载入码表 %(lists)s 张、代码 %(codes)s 条、参数 %(parameters)s 个。") % said)
