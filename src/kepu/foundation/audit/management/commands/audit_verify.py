"""`kepu audit verify`: prove the chain of the trail."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kepu.foundation.audit.queries import prove_chain


class Command(BaseCommand):
    help = "核对审计链：逐条重算哈希，报告第一处断裂和尚未封存的记录。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head", metavar="链头", default="", help="以前记下的链头（64 位十六进制），核对它仍在链上"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        head = options["head"].strip()
        try:
            expected = bytes.fromhex(head) if head else None
        except ValueError:
            raise CommandError(_("链头应是 64 位十六进制数字。"), returncode=2) from None
        proof = prove_chain(expected_head=expected)
        if proof.broken:
            where = {"seq": proof.broken.seq, "entry": proof.broken.entry_id or "—", "fault": proof.broken.fault.label}
            self.stderr.write(_("审计链在第 %(seq)s 环断裂（记录 %(entry)s）：%(fault)s。") % where)
        else:
            said = {"count": proof.sealed, "head": proof.head.hex()}
            self.stdout.write(_("审计链完好：%(count)s 条，链头 %(head)s。") % said)
        if proof.tail:
            seconds = proof.tail_oldest.total_seconds() if proof.tail_oldest else 0
            said = {"count": proof.tail, "seconds": f"{seconds:.0f}"}
            self.stdout.write(_("尚未封存 %(count)s 条，最早的一条已等 %(seconds)s 秒。") % said)
        else:
            self.stdout.write(_("没有未封存的记录。"))
        if proof.broken:
            sys.exit(1)
