"""`kepu search embed`: fetch the vectors of the search by meaning that are missing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kepu.foundation.search.services import check_meanings, embed_meanings


class Command(BaseCommand):
    help = "取回按意思查找还缺的向量；中断了再运行一次，接着做。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--afresh", action="store_true", help="先扔掉现有的，全部重取")

    def handle(self, *_args: Any, **options: Any) -> None:
        check_meanings()
        done = embed_meanings(afresh=options["afresh"], told=self._tell)
        if done.problem:
            raise CommandError(
                _("取了 %(made)s 条，还差 %(left)s 条：%(problem)s。")
                % {"made": done.made, "left": done.left, "problem": done.problem}
            )
        self.stdout.write(_("向量齐了，这次取了 %(made)s 条。") % {"made": done.made})

    def _tell(self, made: int, left: int) -> None:
        self.stdout.write(_("已取 %(made)s 条，还差 %(left)s 条") % {"made": made, "left": left})
