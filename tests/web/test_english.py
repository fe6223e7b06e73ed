"""English is complete on every public page: what is Chinese there is data (names, the plan's own words) or marked as Chinese."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from lxml import html

from tests.access import World
from tests.test_access import TABLE

CHINESE = re.compile(r"[\u3400-\u9fff]")
SPOKEN = ("title", "aria-label", "aria-valuetext", "aria-description", "placeholder", "alt", "label", "content")
UNSEEN = ("script", "style", "template")
PUBLIC = sorted(
    name
    for name, row in TABLE.items()
    if not row.tested_by
    and row.method == "get"
    and row.answers["visitor"] in {200, 401}
    and not name.startswith("api:")
)


def words_of_the_site() -> list[str]:
    """Every Chinese text that is kept, the longest first: names, titles, the words of plans and of askers."""
    found: set[str] = set()
    for model in apps.get_models():
        if not model.__module__.startswith("kepu."):
            continue
        texts = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField)
        ]
        for values in model._default_manager.values_list(*texts) if texts else ():
            found |= {line.strip() for value in values if value for line in str(value).splitlines()}
    return sorted((text for text in found if CHINESE.search(text)), key=len, reverse=True)


def is_marked(element: html.HtmlElement) -> bool:
    """Whether the nearest language that is named is Chinese."""
    named = next((one.get("lang") for one in (element, *element.iterancestors()) if one.get("lang")), "en")
    return str(named).startswith("zh")


def said_in_chinese(page: str, data: list[str]) -> Iterator[str]:
    """What is neither marked nor data."""
    for element in html.document_fromstring(page).iter():
        if not isinstance(element.tag, str) or element.tag in UNSEEN:
            continue
        said = [(element, element.text), *((element, element.get(name)) for name in SPOKEN)]
        if (parent := element.getparent()) is not None:
            said.append((parent, element.tail))
        for owner, text in said:
            if not text or not CHINESE.search(text) or is_marked(owner):
                continue
            rest = text
            for known in data:
                rest = rest.replace(known, "")
            if CHINESE.search(rest):
                yield f"<{owner.tag} class={owner.get('class')!r}> {text.strip()[:60]}"


@pytest.mark.django_db
@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_speaks_english(name):
    row, world = TABLE[name], World()
    address = row.path or reverse(name, args=row.args(world))
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)

    answer = client.get(address, row.data(world))

    if not answer.headers["content-type"].startswith("text/html"):
        return  # a picture, a file or an address for machines
    page = answer.content.decode()
    assert '<html lang="en"' in page
    assert list(said_in_chinese(page, words_of_the_site())) == []


def test_the_test_sees_what_is_not_translated():
    page = '<html lang="en"><body><p title="提示">名称</p><p lang="zh-Hans">甲</p><p>市科协: one</p>乙</body></html>'

    found = list(said_in_chinese(page, ["市科协"]))

    assert [one.split("> ")[1] for one in found] == ["名称", "提示", "乙"]
