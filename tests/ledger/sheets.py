"""Filled-in tables as files, and what became of them."""

import io

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from kepu.ledger.models import Fact, FactKey, SheetImport

DOOR = "/desk/ledger/import/"
HEAD = "指标,发生日期,地区,单位,人群,细分人群,数量,计量单位,人次,说明,编号"
GOOD = "科普讲座场次,2024-03-05,市南区,市科协,青少年,小学生,2,场,80,春季,"


def table(*rows: str, head: str = HEAD, name: str = "表.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join([head, *rows]).encode())


def workbook(*rows, head=("指标", "发生日期", "地区", "单位", "数量"), name="表.xlsx") -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile(name, stream.getvalue())


def bring(client, file):
    """The answer's page, and the import if one was kept."""
    answer = client.post(DOOR, {"file": file}, follow=True)
    return answer, SheetImport.objects.first()


def nothing_is_stored() -> bool:
    return not (Fact.objects.exists() or FactKey.objects.exists())


def lines(found: SheetImport) -> list[tuple[int, str]]:
    return [(error["row"], error["column"]) for error in found.errors]
