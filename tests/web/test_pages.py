"""The frames of pages: how a visitor wants to read is kept, doors lead somewhere, nothing runs inline."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from kepu.web import navigation
from kepu.web.context import Site
from tests.factories import PersonFactory

ROOT = Path(__file__).parents[2] / "src" / "kepu"
TEMPLATES = sorted(ROOT.rglob("templates/**/*.html"))
LOOK = "/desk/look/"


@pytest.fixture
def demonstration(settings):
    settings.KEPU_IS_DEMONSTRATION = True


def directives(response) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))


@pytest.mark.django_db
def test_the_policy_allows_nothing_inline_but_the_import_map(client, demonstration):
    response = client.get(LOOK)

    policy = directives(response)
    nonce = re.search(r"'nonce-([^']+)'", policy["script-src"]).group(1)
    assert policy["style-src"] == "'self'"
    assert "unsafe" not in response["Content-Security-Policy"]
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", response.content.decode())
    assert [tag for tag in inline if "application/json" not in tag] == [f'<script type="importmap" nonce="{nonce}">']


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: "/".join(path.parts[-3:]))
def test_no_template_has_inline_style_or_script(template):
    source = template.read_text(encoding="utf-8")

    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"<style\b", source)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)
    assert not re.search(r"(src|href)=[\"'](https?:)?//", source), "no request leaves the site"
    assert "hx-on" not in source


@pytest.mark.django_db
def test_elder_mode_lasts_and_is_left_again(client, demonstration):
    assert "data-elder" not in client.get(LOOK).content.decode()

    answer = client.post(reverse("web:elder"), {"size": "26", "next": f"{LOOK}?as=portal"})
    assert answer.headers["Location"] == f"{LOOK}?as=portal"
    cookie = answer.cookies["kepu_elder"]
    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == ("26", 365 * 86400, "Lax")
    page = client.get(LOOK).content.decode()
    assert 'data-elder="26"' in page
    assert 'value="26" aria-pressed="true"' in page

    client.post(reverse("web:elder"), {"size": "", "next": LOOK})
    assert "data-elder" not in client.get(LOOK).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_chosen_colours_last(client, demonstration, theme):
    client.post(reverse("web:theme"), {"theme": theme, "next": LOOK})

    assert f'data-theme="{theme}"' in client.get(LOOK).content.decode()


@pytest.mark.django_db
def test_nothing_unknown_is_kept(client, demonstration):
    client.post(reverse("web:elder"), {"size": "400", "next": LOOK})
    client.cookies["kepu_theme"] = '"><script>'

    page = client.get(LOOK).content.decode()

    assert "data-elder" not in page
    assert "data-theme" not in page


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_a_switch_leads_nowhere_else(client, target):
    answer = client.post(reverse("web:theme"), {"theme": "dark", "next": target})

    assert answer.headers["Location"] == "/"


def test_a_switch_is_not_thrown_by_a_link(client):
    assert client.get(reverse("web:elder")).status_code == 405
    assert Client(enforce_csrf_checks=True).post(reverse("web:elder"), {"size": "22"}).status_code == 403


@pytest.mark.django_db
def test_the_page_of_components_is_for_the_house(client, settings):
    settings.KEPU_IS_DEMONSTRATION = False
    assert client.get(LOOK).status_code == 302

    client.force_login(PersonFactory())
    assert client.get(LOOK).status_code == 200
    assert client.get(f"{LOOK}?as=nothing").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("frame", ["portal", "desk", "plain"])
def test_every_frame_has_what_a_page_needs(client, demonstration, frame):
    page = client.get(f"{LOOK}?as={frame}").content.decode()

    assert '<html lang="zh-hans"' in page
    assert 'class="skip-link" href="#main"' in page
    assert page.count('id="main"') == 1
    assert page.count("<h1") == 1
    assert page.count('id="notices"') == 1
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "演示日期" in page
    assert "进展数据为虚构" in page


@pytest.mark.django_db
def test_a_real_site_has_no_banner(client, settings):
    settings.KEPU_IS_DEMONSTRATION = False
    client.force_login(PersonFactory())

    assert "demo-banner" not in client.get(LOOK).content.decode()


def test_doors_without_a_room_are_not_shown():
    shown = [door.url_name for door in navigation.portal_doors("/")]

    assert "quizzes:try" not in shown
    assert all(navigation.address_of(name) for name in shown)


def test_the_nearest_door_is_marked(monkeypatch):
    doors = (navigation.Door("工作台", "web:look"), navigation.Door("长辈版", "web:elder"))
    monkeypatch.setattr(navigation, "PORTAL", doors)

    assert [door.is_here for door in navigation.portal_doors("/desk/look/part/")] == [True, False]
    assert [door.is_here for door in navigation.portal_doors("/")] == [False, False]


def test_the_desk_shows_only_doors_of_ones_roles(monkeypatch):
    section = navigation.DeskSection(
        "规划", (navigation.Door("导入方案", "web:look", roles=frozenset({"leading_office"})),)
    )
    monkeypatch.setattr(navigation, "DESK", (section,))

    assert navigation.desk_sections("/", frozenset({"liaison"})) == ()
    (shown,) = navigation.desk_sections("/", frozenset({"leading_office"}), {"web:look": 7})
    assert (shown.doors[0].address, shown.doors[0].count) == (LOOK, 7)


def test_every_icon_of_the_desk_exists():
    from kepu.web.templatetags.web import icon

    for section in navigation.DESK:
        for door in section.doors:
            assert icon(door.icon)


@pytest.mark.django_db
def test_an_error_says_what_is_and_what_to_do(rf):
    request = rf.get("/")
    page = render_to_string("web/error.html", {"message": "这份表少一列。", "site": Site(request)}, request)

    assert "这份表少一列。" in page
    assert "去首页" in page


def test_a_notice_swaps_out_of_band_and_escapes():
    notice = render_to_string("web/notice.html", {"message": "少一列 <b>"})

    assert 'hx-swap-oob="beforeend:#notices"' in notice
    assert "少一列 &lt;b&gt;" in notice
    assert 'role="alert"' in notice


@pytest.mark.django_db
def test_a_lost_visitor_is_told_where_to_go(client):
    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert "没有找到这一页" in answer.content.decode()


def test_a_broken_page_needs_nothing_that_may_be_broken():
    page = render_to_string("500.html")

    assert "系统出了错" in page
    assert "Something broke" in page


@pytest.mark.django_db
def test_the_forbidden_page_names_a_way(rf: RequestFactory):
    request = rf.get("/")

    assert "您的角色打不开这一页" in render_to_string("403.html", {"site": Site(request)}, request)


SPOKEN = re.compile(r"""(?:{% translate |[^\w]_\()"([^"]+)"|gettext\("([^"]+)"\)""")


def test_every_word_of_the_look_has_its_english():
    files = [file for file in (ROOT / "web").rglob("*") if file.suffix in {".html", ".py"}]
    words = {found[0] or found[1] for file in files for found in SPOKEN.findall(file.read_text(encoding="utf-8"))}

    with translation.override("en"):
        untold = sorted(
            word for word in words if word in {gettext(word), gettext(word.replace("%", "%%"))} and "%" not in word
        )

    assert len(words) > 100
    assert untold == []
