"""Template tags: icons, states, numbers, fields, paging, the day."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from kepu.foundation import clock
from kepu.web.choices import State
from kepu.web.http import day_of
from kepu.web.templatetags import web

START, END = date(2021, 1, 1), date(2025, 12, 31)


def show(source: str, **context: object) -> str:
    return Template("{% load web %}" + source).render(Context(context))


def test_an_icon_is_drawn_inline_and_hidden_from_readers():
    drawn = show('{% icon "check" css="wide" %}')

    assert drawn.startswith("<svg")
    assert 'aria-hidden="true"' in drawn
    assert 'class="icon wide"' in drawn
    assert "<path" in drawn


def test_an_icon_without_words_beside_it_says_what_it_is():
    drawn = show('{% icon "menu-2" label=label %}', label='"<菜单>')

    assert 'role="img"' in drawn
    assert "&quot;&lt;菜单&gt;" in drawn
    assert "aria-hidden" not in drawn


@pytest.mark.parametrize("name", ["no-such-icon", "../check", "Check", ""])
def test_an_unknown_icon_is_a_bug(name):
    with pytest.raises(ValueError, match="icon"):
        web.icon(name)


def test_every_state_has_a_sign_of_its_own_and_its_word():
    drawings = {web._SIGNS[state] for state in State}

    assert len(drawings) == len(State) == 7
    for state in State:
        badge = show("{% state_badge state %}", state=state.value)
        assert f"sign-{state.value}" in badge
        assert str(state.label) in badge


def test_a_tile_says_name_and_state():
    tile = show('{% state_tile "overdue" label "/plan/1/" %}', label="建成<100>个")

    assert 'href="/plan/1/"' in tile
    assert 'aria-label="建成&lt;100&gt;个：逾期"' in tile
    assert 'role="img"' in show('{% state_tile "silent" "x" %}')


def test_an_unknown_state_is_a_bug():
    with pytest.raises(ValueError, match="green"):
        web.state_badge("green")


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (500000, "人", "50\u00a0万人"),
        (2000000, "", "200\u00a0万"),
        (Decimal("100.0000"), "个", "100\u00a0个"),
        (12345, "人次", "12,345\u00a0人次"),
        (123456700, "", "123,456,700"),
        (150000000, "元", "1.5\u00a0亿元"),
        (9999, "", "9,999"),
        (0, "个", "0\u00a0个"),
        (-20000, "", "-2\u00a0万"),
        (Decimal("14.30"), "%", "14.3\u00a0%"),
        (None, "个", "—"),
        ("", "", "—"),
        ("abc", "", "—"),
        (True, "", "—"),
    ],
)
def test_quantities_are_written_without_rounding(value, unit, shown):
    assert web.quantity(value, unit) == shown


def test_there_is_no_wan_in_english():
    with translation.override("en"):
        assert web.quantity(500000) == "500,000"


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("14.30", 2, "14.30%"),
        (18, None, "18%"),
        ("3.447", 1, "3.4%"),
        ("3.447", 2, "3.45%"),
        ("3.45", 1, "3.5%"),
        (None, 1, "—"),
    ],
)
def test_percentages_are_rounded_once(value, places, shown):
    assert web.percent(value, places) == shown


def test_a_share_is_never_shown_as_a_percentage_by_mistake():
    assert web.share("0.143", 2) == "14.30%"
    assert web.percent("0.143") == "0.143%"


def test_differences_carry_their_sign():
    assert [web.signed(6, "个"), web.signed(-3), web.signed(0), web.signed(None)] == ["+6\u00a0个", "−3", "0", "—"]


def test_shares_fall_into_five_steps():
    assert [web.share_step(share) for share in (0, "0.19", "0.2", "0.99", 1, None)] == [1, 1, 2, 5, 5, 1]


class AskForm(forms.Form):
    name = forms.CharField(label="单位名称", help_text="用来认出谁负责。")
    day = forms.DateField(label="日期", required=False)
    kind = forms.ChoiceField(label="类别", choices=[("1", "一")], required=False)
    groups = forms.MultipleChoiceField(
        label="对象", choices=[("1", "青少年")], widget=forms.CheckboxSelectMultiple, required=False
    )
    is_open = forms.BooleanField(label="公开", required=False)


def test_a_field_says_why_we_ask_and_shows_its_error_beside_it():
    form = AskForm({"name": "", "groups": ["9"]})

    name = show("{% field form.name %}", form=form)
    assert '<label class="form-label" for="id_name">单位名称</label>' in name
    assert 'id="id_name_why">用来认出谁负责。' in name
    assert 'aria-describedby="id_name_why id_name_error"' in name
    assert 'aria-invalid="true"' in name
    assert 'id="id_name_error"' in name

    assert "可不填" in show("{% field form.day %}", form=form)
    assert 'class="form-select"' in show("{% field form.kind %}", form=form)
    groups = show("{% field form.groups %}", form=form)
    assert "<fieldset" in groups
    assert 'aria-describedby="id_groups_error"' in groups
    assert 'class="choice" for="id_is_open"' in show("{% field form.is_open %}", form=form)


def test_what_is_wrong_stands_on_top_and_leads_to_the_field():
    summary = show("{% form_errors form %}", form=AskForm({"name": ""}))

    assert 'role="alert"' in summary
    assert 'href="#id_name"' in summary
    assert "<div" not in show("{% form_errors form %}", form=AskForm())


def test_paging_keeps_the_question():
    request = RequestFactory().get("/?q=科普&page=3")
    shown = show("{% pagination page %}", page=Paginator(range(487), 20).page(3), request=request)

    assert "第 41–60 条，共 487 条" in shown
    assert "q=%E7%A7%91%E6%99%AE&amp;page=4" in shown
    assert '<span aria-current="page">3</span>' in shown
    assert show("{% pagination page %}", page=Paginator(range(3), 20).page(1), request=request).strip() == ""


def test_an_empty_page_says_what_to_do_inside_a_loop_as_well():
    shown = show(
        '{% for x in none %}{{ x }}{% empty %}{% empty_state "还没有事实" "先下载模板。" href="/t/" action="下载模板" %}{% endfor %}',
        none=[],
    )

    assert "还没有事实" in shown
    assert 'href="/t/"' in shown


def test_the_slider_works_without_script():
    request = RequestFactory().get("/plan/?district=3702&day=2024-01-01")
    shown = show("{% day_slider day start end %}", day=date(2024, 9, 15), start=START, end=END, request=request)

    assert 'method="get"' in shown
    assert 'type="range" name="offset" min="0" max="1825"' in shown
    assert 'name="was" value="2024-09-15"' in shown
    assert 'name="district" value="3702"' in shown
    assert "hx-get" not in shown
    assert shown.count('name="day"') == 1


def asked(query: str) -> date:
    with clock.fixed(date(2024, 9, 15)):
        return day_of(RequestFactory().get(f"/?{query}"), start=START, end=END)


@pytest.mark.parametrize(
    ("query", "day"),
    [
        ("", date(2024, 9, 15)),
        ("day=2022-03-28", date(2022, 3, 28)),
        ("day=2024-09-15&was=2024-09-15&offset=0", START),  # only the slider moved
        ("day=2022-03-28&was=2024-09-15&offset=1353", date(2022, 3, 28)),  # only the date moved
        ("day=2022-03-28&was=2024-09-15&offset=5", date(2022, 3, 28)),  # both moved: the date is the exact one
        ("day=1999-01-01", START),
        ("day=2099-01-01", END),
        ("day=tomorrow", date(2024, 9, 15)),
        ("day=2024-09-15&was=2024-09-15&offset=-1", date(2024, 9, 15)),
        ("day=2024-09-15&was=2024-09-15&offset=99999999999", date(2024, 9, 15)),
        ("day=2024-09-15&was=2024-09-15&offset=٣", date(2024, 9, 15)),
    ],
)
def test_the_day_that_moved_counts(query, day):
    assert asked(query) == day
