"""The pages on which a plan is brought in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document as Word

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation
from kepu.foundation.files.models import StoredFile
from kepu.plan.tasks.models import Plan, PlanDraft
from kepu.plan.tasks.queries.drafts import draft_content
from kepu.plan.tasks.services import create_bodies, create_draft, discard_draft, guessed_bodies
from tests.factories import OrganisationFactory, PersonFactory, city_region
from tests.plan.texts import AMENDED, PLAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    person = PersonFactory(role=Role.LEADING_OFFICE)
    client.force_login(person)
    return person


@pytest.fixture
def draft(office):
    city_region()
    return create_draft(PLAN, "示例方案", actor=office)


def at(draft, name="draft", *more):
    return reverse(f"plan:{name}", args=[draft.pk, *more])


def text(response):
    return response.content.decode()


def word_file():
    from io import BytesIO

    document = Word()
    for line in PLAN.splitlines():
        document.add_paragraph(line)
    stream = BytesIO()
    document.save(stream)
    return SimpleUploadedFile("方案.docx", stream.getvalue())


def test_a_visitor_sees_a_word_file_side_by_side_and_nothing_is_stored(client):
    page = client.post(reverse("plan:bring"), {"file": word_file()})

    assert page.status_code == 200
    assert "3 项任务" in text(page)
    assert "5 个单位 · 6 项责任" in text(page)
    assert '<mark class="found-target">' in text(page)
    assert "存为草稿" not in text(page)
    assert not (PlanDraft.objects.count() + StoredFile.objects.count() + Organisation.objects.count())


def test_the_leading_office_keeps_what_it_brought(client, office):
    city_region()
    page = client.post(reverse("plan:bring"), {"text": PLAN})
    assert "存为草稿" in text(page)

    kept = client.post(reverse("plan:drafts"), {"text": page.context["read"].text, "name": "贴上的文字"})

    draft = PlanDraft.objects.get()
    assert kept.url == at(draft)
    assert draft.text == PLAN


def test_both_sides_lead_to_each_other_without_script(client, draft):
    page = text(client.get(at(draft)))

    for finding in ("t0", "t0-d1", "g1", "x0", "s3"):
        assert page.count(f'id="f-{finding}"') == 1
        assert page.count(f'id="src-{finding}"') == 1
        assert f'href="#src-{finding}"' in page or finding == "t0-d1"
        assert f'href="#f-{finding}"' in page


def test_a_correction_over_a_plain_form_shows_whose_it_is(client, draft, office):
    form = client.get(at(draft, "draft_edit", "g1")).context["form"]
    values = {name: value for name, value in form.initial.items() if value not in (None, False)}

    answer = client.post(at(draft, "draft_edit", "g1"), {**values, "value": "150"})

    assert answer.url == at(draft) + "#f-g1"
    page = text(client.get(at(draft)))
    assert "≥ 150 人次" in page
    assert "人工改过" in page
    assert "<del>100</del>" in page
    assert "已自动保存" in page


def test_a_wrong_value_stays_in_its_field_with_the_reason(client, draft):
    form = client.get(at(draft, "draft_edit", "g1")).context["form"]
    values = {name: value for name, value in form.initial.items() if value not in (None, False)}

    page = client.post(at(draft, "draft_edit", "g1"), {**values, "value": "许多"}, headers={"HX-Request": "true"})

    assert page.status_code == 422
    assert 'hx-target="closest .edit-slot"' in text(page)
    assert 'value="许多"' in text(page)
    assert "目标值要填一个数" in text(page)
    assert "<html" not in text(page)


def test_htmx_gets_the_board_only(client, draft):
    page = text(client.get(at(draft), headers={"HX-Request": "true"}))

    assert page.lstrip().startswith('<div id="check"')
    assert "<html" not in page


def test_a_body_is_added_by_its_button_alone(client, draft):
    address = at(draft, "draft_add", "duty") + "?task=t1"
    form = client.get(address).context["form"]

    sent = {name: form[name].value() or "" for name in form.fields}
    answer = client.post(address, {**sent, "organisation": "市教育局", "role": "lead"})

    assert answer.url == at(draft) + "#f-t1"
    draft.refresh_from_db()
    added = draft_content(draft).finding("t1").duties[-1]
    assert (added.organisation, added.role, added.is_added) == ("市教育局", "lead", True)


def test_selected_words_fill_the_form_of_a_new_finding(client, draft):
    start = PLAN.index("发展科学社团")

    page = client.get(at(draft, "draft_add", "target"), {"start": start, "end": start + 6})

    assert page.context["form"].initial["measure"] == "发展科学社团"
    assert page.context["form"].initial["at"] == "t1"
    client.post(
        at(draft, "draft_add", "target"),
        {"measure": "科学社团", "comparator": "=", "value": "3", "unit": "个", "start": start, "end": start + 6},
    )
    draft.refresh_from_db()
    assert any(target.measure == "科学社团" for target in draft_content(draft).live_targets)


@pytest.mark.parametrize(
    "spoilt", [{"start": "x", "end": "y"}, {"start": "5", "end": "999999"}, {"start": "-4", "end": "2"}]
)
def test_a_spoilt_address_of_a_selection_is_harmless(client, draft, spoilt):
    assert client.get(at(draft, "draft_add", "target"), spoilt).status_code == 200


def test_striking_and_undoing_over_plain_forms(client, draft):
    client.post(at(draft, "draft_mark"), {"op": "strike", "key": "g1"})
    page = client.get(at(draft))
    assert "划去的" in text(page)
    correction = page.context["page"].history[0].id

    client.post(at(draft, "draft_undo"), {"correction": correction})

    page = client.get(at(draft))
    assert "划去的" not in text(page)
    assert "已撤销" in text(page)


def test_all_unknown_bodies_are_created_on_one_page(client, draft):
    OrganisationFactory(name="青岛市教育局")
    page = client.get(at(draft, "draft_bodies"))
    assert "4 个还没有对应" in text(page)
    sent = {}
    for row, form in page.context["missing"]:
        sent |= {f"{form.prefix}-name": form["name"].value(), f"{form.prefix}-kind": form["kind"].value()}
        sent.setdefault("take", []).append(row.printed)
        assert row.organisation is None

    client.post(at(draft, "draft_bodies"), sent)

    page = client.get(at(draft, "draft_bodies"))
    assert page.context["missing"] == []
    assert "加上地名后相同" in text(page)
    assert Organisation.objects.get(name="共青团青岛市委").kind == "mass"


def test_an_existing_body_is_chosen_and_its_printed_name_kept(client, draft):
    body = OrganisationFactory(name="青岛市科学技术协会")
    address = at(draft, "draft_body") + "?name=市科协"
    assert "青岛市科学技术协会" in text(client.get(address + "&q=科学技术"))

    client.post(address, {"organisation": body.pk, "keep_alias": "1"})

    assert body.aliases.get().name == "市科协"
    assert "人工选定" in text(client.get(at(draft, "draft_bodies")))


def test_confirming_leads_to_the_plan_and_a_second_time_as_well(client, draft, office):
    create_bodies(draft.pk, guessed_bodies(draft), actor=office)
    sent = {"region": city_region().pk, "short_title": "科学素质方案"}

    first = client.post(at(draft, "draft_confirm"), sent)
    second = client.post(at(draft, "draft_confirm"), sent)

    plan = Plan.objects.get()
    assert first.url == second.url == reverse("plan:plan", args=[plan.slug])
    assert "科学素质方案" in text(client.get(first.url))
    assert "已经上线" in text(client.get(at(draft)))


def test_confirming_too_early_says_what_is_missing(client, draft):
    page = client.post(at(draft, "draft_confirm"), {"region": city_region().pk})

    assert page.status_code == 422
    assert "市教育局" in text(page)
    assert not Plan.objects.exists()


def test_the_difference_is_shown_and_confirmed_task_by_task(client, draft, office):
    create_bodies(draft.pk, guessed_bodies(draft), actor=office)
    client.post(at(draft, "draft_confirm"), {"region": city_region().pk})
    plan = Plan.objects.get()
    answer = client.post(reverse("plan:drafts"), {"text": AMENDED, "region": city_region().pk, "predecessor": plan.pk})
    amended = PlanDraft.objects.exclude(pk=draft.pk).get()
    assert answer.url == at(amended)

    page = text(client.get(at(amended, "draft_compare")))
    assert "<del>100</del><ins>200</ins>" in page
    assert "3 项待确认" in page
    old = plan.tasks.first()
    client.post(at(amended, "draft_compare"), {"earlier": old.pk, "kind": "successor", "later": "t0", "note": "改了数"})
    assert "2 项待确认" in text(client.get(at(amended, "draft_compare")))
    client.post(at(amended, "draft_accept_links"))
    assert "项待确认" not in text(client.get(at(amended, "draft_compare")))


def test_a_refused_link_says_why(client, draft, office):
    create_bodies(draft.pk, guessed_bodies(draft), actor=office)
    client.post(at(draft, "draft_confirm"), {"region": city_region().pk})
    plan = Plan.objects.get()
    amended = create_draft(AMENDED, "修订", actor=office, predecessor=plan)

    page = client.post(at(amended, "draft_compare"), {"earlier": plan.tasks.first().pk, "kind": "same", "later": ""})

    assert page.status_code in {400, 422}
    assert "不再列入" in text(page)


def test_drafts_are_listed_resumed_and_given_up(client, draft, office):
    page = text(client.get(reverse("plan:drafts")))
    assert "示例方案" in page
    assert "接着核对" in page

    client.post(at(draft, "draft_discard"))
    assert "恢复" in text(client.get(reverse("plan:drafts") + "?state=discarded"))
    assert client.post(at(draft, "draft_resume")).url == at(draft)


def test_the_list_and_the_check_page_ask_few_questions(client, draft, office, django_assert_max_num_queries):
    for n in range(8):
        other = create_draft(PLAN, f"草稿{n}", actor=office)
        if n % 2:
            discard_draft(other.pk, actor=office)
    client.get(reverse("plan:drafts"))

    with django_assert_max_num_queries(14):
        client.get(reverse("plan:drafts"))
    with django_assert_max_num_queries(16):
        client.get(at(draft))
    with django_assert_max_num_queries(16):
        client.get(at(draft, "draft_bodies"))


def test_a_body_that_belongs_to_another_name_is_told_on_the_page(client, draft):
    body, other = OrganisationFactory(name="甲局"), OrganisationFactory(name="乙局")
    other.aliases.create(name="市科协")

    page = client.post(at(draft, "draft_body") + "?name=市科协", {"organisation": body.pk, "keep_alias": "1"})

    assert page.status_code == 422
    assert "乙局" in text(page)
    assert "<form" in text(page)


def test_samples_lie_beside_the_box(client, settings, tmp_path):
    settings.KEPU_ROOT = tmp_path
    folder = tmp_path / "examples" / "plans"
    folder.mkdir(parents=True)
    (folder / "江城.txt").write_text(PLAN, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("no", encoding="utf-8")

    page = text(client.get(reverse("plan:bring")))
    assert "江城" in page
    assert "3 项任务" in text(client.get(reverse("plan:bring") + "?sample=江城.txt"))
    assert b"".join(client.get(reverse("plan:sample", args=["江城.txt"])).streaming_content).decode() == PLAN
    assert client.get("/bring/samples/..%2F..%2Fsecret.txt").status_code == 404
