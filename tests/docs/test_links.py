"""Every relative link and picture of the docs leads to a file."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_to_a_file(document):
    code = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
    targets = LINK.findall(code.sub("", document.read_text(encoding="utf-8")))
    local = [target for target in targets if not re.match(r"[a-z]+:", target) and not target.startswith("#")]

    missing = [target for target in local if not (document.parent / unquote(target.split("#", 1)[0])).exists()]

    assert missing == []


LINKED = [document for document in PAGES if document.parent.name in {"how-to", "reference", "explanation"}]


@pytest.mark.parametrize("document", LINKED, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_every_page_of_the_reference_and_how_to_can_be_reached_from_another_page(document):
    others = [other for other in PAGES if other != document]

    linked = {
        (other.parent / unquote(target.split("#", 1)[0])).resolve()
        for other in others
        for target in LINK.findall(other.read_text(encoding="utf-8"))
        if "://" not in target
    }

    assert document.resolve() in linked, "no page links here"
