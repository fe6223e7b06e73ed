"""`kepu search rebuild`: build the index anew from what the rooms say."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kepu.foundation.search.services import rebuild


class Command(BaseCommand):
    help = "重建检索索引；可只重建某几类。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", metavar="类型", nargs="*", help="类型，如 plan.task")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            counts = rebuild(options["kind"] or None)
        except KeyError as unknown:
            raise CommandError(_("没有“%(kind)s”这一类。") % {"kind": unknown.args[0]}, returncode=2) from None
        for kind, count in counts.items():
            self.stdout.write(_("%(kind)s：%(count)s 条") % {"kind": kind, "count": count})
        self.stdout.write(_("检索索引已重建，共 %(count)s 条。") % {"count": sum(counts.values())})
