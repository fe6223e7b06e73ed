"""Every public page speaks English: what stays Chinese are the plan's own words, names and what persons wrote."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation.template import templatize

from kepu.directory.register.models import Organisation, Person, Region, RegionPopulation
from kepu.foundation import clock
from kepu.ledger.models import Fact, Indicator
from kepu.plan.tasks.models import Decision, Milestone, Plan, Section, Target, Task
from kepu.plan.tasks.queries import plan_overview
from tests.plan.worlds import DAY, World, public_pages, seven_states

SOURCE = Path(__file__).parents[2] / "src" / "kepu"
CHINESE = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e“”]+")
PUBLIC = (
    *(SOURCE / "portal").rglob("*.html"),
    *(SOURCE / "plan/tasks/queries").glob("*.py"),
    *(
        SOURCE / f"plan/tasks/templates/plan/{name}.html"
        for name in (
            "overview", "task", "bodies", "body", "districts", "district", "_provenance", "_made_up", "_final",
            "_task_row", "_tiles", "_district_grid", "_district_table", "_pace", "_facts", "_part",
        )
    ),
    SOURCE / "plan/tasks/forms/public.py",
    *(
        SOURCE / f"plan/reports/templates/reports/{name}.html"
        for name in ("_spoken", "_kept_task", "_lines", "public_list", "public_report")
    ),
    *(SOURCE / "plan/closing/templates/closing" / f"{name}.html" for name in ("_ending", "final")),
    *(SOURCE / "plan/monitoring/templates/monitoring" / f"{name}.html" for name in ("public_list", "public_report")),
    *(SOURCE / "plan/matters/templates/matters" / f"{name}.html" for name in ("_public_panel", "_standing")),
    *(
        SOURCE / "plan/evaluation/templates/evaluation" / f"{name}.html"
        for name in ("_files", "_panel", "public_evaluation", "public_list")
    ),
    SOURCE / "plan/evaluation/choices.py",
    SOURCE / "web/templates/web/_laid.html",
    SOURCE / "plan/reports/choices.py",
    SOURCE / "plan/reports/rules.py",
)  # fmt: skip
DESK = {"desk.py", "drafts.py", "making.py", "undecided.py"}
TOLD = re.compile(r'(?<!\w)(_|n?gettext)\(\s*u?("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')')


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic(), clock.fixed(DAY):
        yield seven_states()
        transaction.set_rollback(True)


def names_and_quotations(plan: Plan) -> list[str]:
    """What people wrote or are called, longest first."""
    found: set[str] = {plan.title, plan.provenance, plan.text}
    fields = (
        (Section, ("title", "number")),
        (Task, ("title", "code")),
        (Target, ("measure",)),
        (Milestone, ("title", "note")),
        (Decision, ("summary", "reason")),
        (Organisation, ("name", "short_name")),
        (Person, ("name",)),
        (Region, ("name", "short_name")),
        (RegionPopulation, ("source",)),
        (Indicator, ("description",)),
        (Fact, ("source_ref",)),
    )
    for model, names in fields:
        for row in model.objects.values_list(*names):
            found |= {text for text in row if text}
    found |= {group.short for group in plan_overview(plan, DAY).groups}
    found |= {str(value) for fact in Fact.objects.exclude(method=None) for value in fact.method.values()}
    return sorted(found, key=len, reverse=True)


def own_words(page: str, quoted: list[str]) -> list[str]:
    """The Chinese that the site itself still speaks."""
    bare = re.sub(r"<(script|template)\b.*?</\1>|<!--.*?-->", " ", page, flags=re.DOTALL)
    bare = re.sub(r"<(\w+)[^>]*\blang=\"zh-hans\"[^>]*>.*?</\1>", " ", bare, flags=re.DOTALL | re.IGNORECASE)
    told = re.findall(r'\b(?:title|aria-label|aria-valuetext|alt|content|data-[a-z-]+)="([^"]*)"', bare)
    text = unescape(" ".join([re.sub(r"<[^>]+>", " ", bare), *told]))
    for quotation in quoted:
        text = text.replace(quotation, " ")
    return CHINESE.findall(text)


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["", "?day=2023-02-01"])
def test_every_public_page_speaks_english(client, made, settings, day):
    settings.KEPU_IS_DEMONSTRATION = True
    quoted = names_and_quotations(made.plan)
    paths = [*public_pages(made), *(reverse("plan:task", args=["seven", task.slug]) for task in made.plan.tasks.all())]
    with clock.fixed(DAY):
        pages = {path: client.get(path + day, headers={"accept-language": "en"}) for path in paths}

    left = {path: own_words(page.content.decode(), quoted) for path, page in pages.items()}
    assert {path: words for path, words in left.items() if words} == {}
    assert all('<html lang="en"' in page.content.decode() for page in pages.values())


@pytest.mark.django_db
def test_the_final_state_and_the_empty_answers_speak_english(client, made):
    quoted = names_and_quotations(made.plan)
    with clock.fixed(DAY.replace(year=2026)):
        for path in public_pages(made):
            page = client.get(path, headers={"accept-language": "en"}).content.decode()
            assert own_words(page, quoted) == [], path
    with clock.fixed(DAY):
        table = client.get(reverse("plan:export", args=["seven"]), headers={"accept-language": "en"})
        empty = client.get(
            reverse("plan:plan", args=["seven"]) + "?state=stale&district=370202", headers={"accept-language": "en"}
        )
    text = b"".join(table.streaming_content).decode()
    for quotation in quoted:
        text = text.replace(quotation, " ")

    assert CHINESE.findall(text) == []
    assert own_words(empty.content.decode(), quoted) == []


def test_every_word_of_the_public_pages_has_its_english():
    words: set[tuple[str, str]] = set()
    for file in PUBLIC:
        if file.name in DESK:
            continue
        source = file.read_text(encoding="utf-8")
        source = templatize(source) if file.suffix == ".html" else source
        words |= {(how, eval(text)) for how, text in TOLD.findall(source)}  # noqa: S307 literals of our own source

    with translation.override("en"):
        untold = sorted(
            word
            for how, word in words
            if CHINESE.search(word) and word == (ngettext(word, word, 2) if how == "ngettext" else gettext(word))
        )

    assert len(words) > 200
    assert untold == []
