"""What must not be swallowed, at both doors: said in words where it happened, nothing half stored, nothing typed lost."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from kepu.directory.register.choices import Role
from kepu.engines.policy.errors import NotThere, PolicyUnreadable
from kepu.foundation.files.models import StoredFile
from kepu.foundation.gateways import ScanState
from kepu.plan.tasks.models import Plan, PlanDraft
from kepu.plan.tasks.services import create_bodies, create_draft, guessed_bodies
from tests.factories import PersonFactory, city_region
from tests.plan.texts import AMENDED, PLAN
from tests.unreadable import UNREADABLE

pytestmark = pytest.mark.django_db
DOORS = ["plan:bring", "plan:drafts"]


@pytest.fixture(autouse=True)
def no_content_is_left():
    """Whatever is refused leaves no file behind either."""
    before = contents()
    yield
    assert contents() <= before


@pytest.fixture(autouse=True)
def office(client):
    person = PersonFactory(role=Role.LEADING_OFFICE)
    city_region()
    client.force_login(person)
    return person


def text(response):
    return response.content.decode()


def contents():
    folder = Path(default_storage.location)
    return {file for file in folder.rglob("*") if file.is_file()} if folder.is_dir() else set()


def nothing_is_stored():
    return not (PlanDraft.objects.exists() or StoredFile.objects.exists() or Plan.objects.exists())


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    UNREADABLE,
)
@pytest.mark.parametrize("door", DOORS)
def test_bad_files_are_told_at_the_field_and_nothing_is_half_stored(client, door, name, data, sentence):
    typed = "我贴的半份文字"

    page = client.post(reverse(door), {"file": SimpleUploadedFile(name, data()), "text": typed})

    assert page.status_code == 422
    assert sentence in "".join(page.context["form"].errors["file"])
    assert sentence in text(page)
    assert typed in text(page)
    assert "Traceback" not in text(page)
    assert nothing_is_stored()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "请选一个文件，或粘贴方案全文"),
        ("  \n ", "请选一个文件，或粘贴方案全文"),
        ("今天天气很好，适合散步。", "没有找到任务"),
        ("科普工作很重要。\n" * 40_000, "超过二十万字"),
        ("a" * 1024 * 1024, "超过二十万字"),
        ("\x00\x01\x02散步", "没有找到任务"),
    ],
    ids=["nothing", "space", "prose", "1 MB of Chinese", "1 MB of Latin", "control marks"],
)
@pytest.mark.parametrize("door", DOORS)
def test_bad_pastes_are_told_and_kept(client, door, words, sentence):
    page = client.post(reverse(door), {"text": words})

    assert page.status_code == 422
    assert sentence in text(page)
    assert nothing_is_stored()
    if words.strip() and words.isprintable():
        assert words[:60] in text(page)


@pytest.mark.parametrize("door", DOORS)
def test_over_htmx_only_the_box_comes_back_with_the_reason(client, door):
    page = client.post(reverse(door), {"text": "今天天气很好，适合散步。"}, headers={"HX-Request": "true"})

    assert page.status_code == 422
    assert "没有找到任务" in text(page)
    assert "适合散步" in text(page)
    assert "<html" not in text(page)


@pytest.mark.parametrize("door", DOORS)
def test_a_file_over_the_limit_is_refused_before_it_is_looked_into(client, monkeypatch, door):
    monkeypatch.setattr("kepu.plan.tasks.forms.drafts.MOST_MEGABYTES", 1)
    monkeypatch.setattr("kepu.plan.tasks.services.readings.parse_plan", lambda *_a, **_k: pytest.fail("it was read"))

    page = client.post(reverse(door), {"file": SimpleUploadedFile("大.txt", b"0" * (1024 * 1024 + 1))})

    assert page.status_code == 422
    assert "超过 1 MB" in "".join(page.context["form"].errors["file"])
    assert nothing_is_stored()


@pytest.mark.parametrize("door", DOORS)
def test_two_hundred_megabytes_are_refused_before_a_byte_is_read(client, door):
    class Unread(BytesIO):
        def read(self, *_args):
            raise AssertionError("it was read")

    page = client.generic(
        "POST",
        reverse(door),
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": Unread(), "CONTENT_LENGTH": str(200 * 1024 * 1024)},
    )

    assert page.status_code == 413
    assert "超过 100 MB" in text(page)
    assert nothing_is_stored()


@pytest.mark.parametrize("htmx", [False, True])
def test_more_text_than_a_form_may_hold_is_said_in_chinese(client, settings, htmx):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
    headers = {"HX-Request": "true"} if htmx else {}

    page = client.post(reverse("plan:bring"), {"text": "字" * 400_000}, headers=headers)

    assert page.status_code == (200 if htmx else 413)  # htmx shows a notice beside the form, which stays as it is
    assert "超过 1 MB" in text(page)
    assert "Bad Request" not in text(page)


@pytest.mark.parametrize("way", ["infected", "full"])
def test_what_the_file_store_refuses_is_told_at_the_field(client, monkeypatch, way):
    if way == "infected":
        monkeypatch.setattr(
            "kepu.foundation.files.services.scanner",
            lambda: type("Found", (), {"scan": staticmethod(lambda _stream: ScanState.INFECTED)}),
        )
    else:

        def full(*_args, **_more):
            import errno

            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("kepu.foundation.files.services.default_storage.save", full)

    page = client.post(reverse("plan:drafts"), {"file": SimpleUploadedFile("方案.txt", PLAN.encode())})

    assert page.status_code == 422
    told = "".join(page.context["form"].errors["file"])
    assert ("发现病毒" if way == "infected" else "存储空间已满") in told
    assert "No space left" not in text(page)
    assert not PlanDraft.objects.exists()
    assert not StoredFile.objects.exists()


SCRIPT = "<script>alert(1)</script>"


def test_script_in_any_field_is_shown_and_never_runs(client, office):
    wicked = PLAN.replace("示例市", f"示例市{SCRIPT}").replace("办好科学课", f"办好{SCRIPT}科学课")
    wicked = wicked.replace("市科技局、", f"市科技局{SCRIPT}、").replace(
        "科学社团", f'"><img src=x onerror=alert(1)>{SCRIPT}'
    )
    door = client.post(reverse("plan:bring"), {"text": wicked, "name": f"{SCRIPT}.txt"})
    draft = create_draft(wicked, f"{SCRIPT}\"'.txt", actor=office)
    at = lambda name, *more: reverse(f"plan:{name}", args=[draft.pk, *more])  # noqa: E731
    for key, values in {
        "document": {"plan_title": SCRIPT, "issuer": SCRIPT, "doc_number": SCRIPT},
        "s0": {"title": SCRIPT, "number": "x", "level": 1, "kind": "other", "start": 1, "end": 90},
        "t0": {"code": SCRIPT, "title": SCRIPT, "start": 90, "end": 190},
        "t0.d0": {"task": "t0", "organisation": SCRIPT, "role": "joint"},
        "g1": {"measure": SCRIPT, "value": "3", "unit": "<b>", "comparator": "=", "start": 100, "end": 110},
    }.items():
        assert client.post(at("draft_edit", key), values).status_code == 302, key
    client.post(at("draft_mark"), {"op": "strike", "key": "g2"})
    pages = [
        door,
        client.get(at("draft")),
        client.get(at("draft_edit", "t0")),
        client.get(at("draft_bodies")),
        client.get(at("draft_body"), {"name": SCRIPT, "q": SCRIPT}),
        client.get(at("draft_confirm")),
        client.get(at("draft_news"), {"seen": 0}),
        client.get(reverse("plan:drafts")),
        client.post(at("draft_edit", "g0"), {"measure": SCRIPT, "value": SCRIPT, "start": SCRIPT}),
        client.post(reverse("plan:drafts"), {"text": SCRIPT, "name": SCRIPT}),
    ]
    draft.refresh_from_db()
    create_bodies(draft.pk, guessed_bodies(draft), actor=office)
    client.post(at("draft_confirm"), {"region": city_region().pk, "short_title": SCRIPT, "provenance": SCRIPT})
    amended = create_draft(AMENDED, "修订", actor=office, predecessor=Plan.objects.get())
    pages.append(client.get(reverse("plan:draft_compare", args=[amended.pk])))
    pages.append(client.get(reverse("plan:plan", args=[Plan.objects.get().slug])))

    for page in pages:
        assert page.status_code in {200, 422}, page.request
        assert "<script>alert" not in text(page)
        assert "<img src=x" not in text(page)
    assert sum("&lt;script&gt;alert" in text(page) for page in pages) >= 8  # not where a name was cleaned


def every_refusal():
    """All that the engine may refuse of a file; what is not there never reaches the site."""
    return [one for one in [PolicyUnreadable, *PolicyUnreadable.__subclasses__()] if one is not NotThere]


@pytest.mark.parametrize("refusal", every_refusal(), ids=lambda refusal: refusal.code)
def test_what_is_wrong_with_a_file_is_said_in_both_languages(refusal):
    with translation.override("zh-hans"):
        assert translation.gettext(refusal.message) == refusal.message
    with translation.override("en"):
        assert translation.gettext(refusal.message) != refusal.message
