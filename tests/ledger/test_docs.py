"""What is written about the ledger is what it does."""

import json
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from kepu.directory.register.choices import TokenScope
from kepu.directory.register.services import issue_token
from kepu.foundation import clock
from kepu.ledger.models import Fact
from kepu.ledger.services.indicators import indicator_files

DOCS = Path(__file__).parents[2] / "docs"
ADDS_UP = {
    ("flow", "sum"): "相加",
    ("flow", "count"): "计次",
    ("flow", "distinct_persons"): "去重人数",
    ("stock", "sum"): "各地各单位最近一次相加",
    ("stock", "last"): "取最近一次，不相加",
}


def test_the_reference_lists_every_indicator_as_it_is_loaded():
    written = (DOCS / "reference" / "indicators.md").read_text("utf-8")
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in written.splitlines()
        if line.startswith("| `")
    ]

    entries = [entry for file in indicator_files() for entry in tomllib.loads(file.read_text("utf-8"))["indicator"]]

    assert rows == [
        (
            f"`{one['code']}`",
            one["name"],
            one["name_en"],
            one["unit"],
            {"flow": "流量", "stock": "存量"}[one["kind"]],
            f"`{one['formula']}`" if one.get("formula") else ADDS_UP[one["kind"], one["aggregation"]],
            one.get("evidence", ""),
        )
        for one in entries
    ]
    methods = written.partition("Estimates that need a method")[2]
    assert set(re.findall(r"`(\w+)`", methods)) == {one["code"] for one in entries if one.get("requires_method")}


@pytest.mark.django_db
def test_the_example_of_the_guide_is_taken(client, city):
    guide = (DOCS / "how-to" / "record-facts.md").read_text("utf-8")
    example = json.loads(re.search(r"```json\n(.*?)```", guide, re.DOTALL)[1])
    address = re.search(r"https://[^/]+(/\S+)", guide)[1]
    _token, secret = issue_token(city.officer, name="示例", scopes=[TokenScope.LEDGER_WRITE], actor=city.officer)

    with clock.fixed(date(2024, 9, 15)):
        answer = client.post(
            address, json.dumps(example), content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
        )

    assert answer.status_code == 201
    assert Fact.objects.get().quantity == example["quantity"]


@pytest.mark.django_db
def test_every_address_of_the_guide_exists(client):
    guide = (DOCS / "how-to" / "record-facts.md").read_text("utf-8")
    paths = client.get("/api/openapi.json").json()["paths"]

    named = {re.sub(r"<[^>]+>", "{fact_id}", one) for one in re.findall(r"(?:POST|GET) (/api/[^\s?`，。]+)", guide)}

    assert named
    assert {one.replace("/indicators/lectures", "/indicators/{code}") for one in named} <= set(paths)
    assert client.get("/api/docs").status_code == 200
