"""Dated lists and parameters: loaded from the rooms, confirmed or overridden by the operator."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.codes.choices import ListState, ValueState
from kepu.foundation.codes.errors import (
    CodeListUnknown,
    CodesUnreadable,
    NotInForce,
    ParameterUnknown,
    ValueUnfit,
)
from kepu.foundation.codes.models import Code, CodeList, Parameter
from kepu.foundation.codes.queries import code_label, code_list, codes_read_once, parameter, values_in_force
from kepu.foundation.codes.services import (
    confirm_list,
    confirm_parameter,
    load_operator_file,
    load_rooms,
    override_parameter,
    restore_default,
    storable_value,
)
from kepu.foundation.errors import NotAllowed
from tests.foundation.actors import someone

pytestmark = pytest.mark.django_db
OFFICE = someone("leading_office")
LISTS = """
[[list]]
name = "colour"
label = "督办颜色"
evidence = "K"
version = "2024"
codes = [
  { code = "blue", label = "蓝", label_en = "Blue", days = 5, share = 0.1 },
  { code = "green", label = "绿", valid_from = 2021-01-01 },
  { code = "green", label = "青绿", valid_from = 2023-01-01 },
  { code = "red", label = "红", valid_from = 2021-01-01, valid_to = 2022-12-31 },
]

[[list]]
name = "return_tables"
label = "统计表"
evidence = "X"

[[parameter]]
name = "status.stale_after_days"
label = "材料陈旧天数"
kind = "integer"
unit = "天"
evidence = "I"
value = 120

[[parameter]]
name = "plan.literate_share"
label = "具备科学素质比例目标"
kind = "share"
evidence = "V"
source = "某文件第一条"
values = [
  { valid_from = 2020-01-01, value = 0.1056 },
  { valid_from = 2025-01-01, value = "15%", evidence = "K" },
]

[[parameter]]
name = "funds.per_head"
label = "人均经费"
kind = "number"
evidence = "X"
"""


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A room that ships lists; what it ships can be written anew."""
    folder = tmp_path / "codes"
    folder.mkdir()
    monkeypatch.setattr(apps.get_app_config("queue"), "path", str(tmp_path))

    def ship(text, file="lists.toml"):
        (folder / file).write_text(text, encoding="utf-8")
        return load_rooms()

    ship(LISTS)
    return ship


def test_loading_again_changes_nothing(room):
    before = list(Code.objects.values()) + list(Parameter.objects.values())
    assert room(LISTS).is_unchanged
    assert before == list(Code.objects.values()) + list(Parameter.objects.values())


def test_a_list_is_read_as_of_a_day(room):
    assert code_list("colour", on=date(2022, 6, 1)).labels == {"blue": "蓝", "green": "绿", "red": "红"}
    assert code_list("colour", on=date(2023, 6, 1)).labels == {"blue": "蓝", "green": "青绿"}
    assert code_list("colour", on=date(2020, 6, 1)).choices == [("blue", "蓝")]
    assert code_list("colour").entries[0].extra == {"days": 5, "share": "0.1"}
    assert code_label("colour", "red") == "红"
    assert code_label("colour", "mauve") == "mauve"


def test_a_block_reads_each_list_once_and_as_of_each_day(room, django_assert_num_queries):
    with codes_read_once(), django_assert_num_queries(2):
        assert code_list("colour", on=date(2022, 6, 1)).labels["green"] == "绿"
        assert code_list("colour", on=date(2023, 6, 1)).labels["green"] == "青绿"
    with django_assert_num_queries(2):
        code_list("colour")


def test_what_is_not_founded_is_marked_until_confirmed(room):
    assert code_list("colour").mark == "默认未确认"
    confirm_list("colour", actor=OFFICE)
    assert code_list("colour").value_state == ValueState.CONFIRMED
    assert code_list("colour").mark == ""


def test_a_list_without_public_text_is_empty_and_says_so(room, tmp_path):
    tables = code_list("return_tables")
    assert (tables.state, tables.entries, tables.mark) == (ListState.NOT_LOADED, (), "未加载")
    file = tmp_path / "own.toml"
    file.write_text(
        '[[list]]\nname="return_tables"\nlabel="统计表"\nevidence="V"\nsource="本单位"\ncodes=[{code=1,label="表一"}]',
        encoding="utf-8",
    )
    assert load_operator_file(file, actor=OFFICE).codes == 1
    assert code_list("return_tables").labels == {"1": "表一"}
    room(LISTS)
    assert code_list("return_tables").labels == {"1": "表一"}
    assert AuditEntry.objects.filter(action="codes.list.loaded").count() == 1
    with pytest.raises(NotAllowed):
        load_operator_file(file, actor=someone("liaison"))


def test_a_code_that_is_no_longer_shipped_stays_readable(room):
    report = room(LISTS.replace('{ code = "blue", label = "蓝", label_en = "Blue", days = 5, share = 0.1 },', ""))
    assert report.withdrawn == 1
    assert "blue" not in code_list("colour").labels
    assert code_label("colour", "blue") == "蓝"
    assert room(LISTS).codes > 0
    assert "blue" in code_list("colour").labels


def test_a_parameter_is_read_as_of_a_day_with_its_type_and_mark(room):
    shipped = parameter("status.stale_after_days")
    assert (shipped.value, shipped.unit, shipped.mark) == (120, "天", "默认未确认")
    founded = parameter("plan.literate_share", on=date(2024, 12, 31))
    assert (founded.value, founded.state, founded.mark) == (Decimal("0.1056"), ValueState.FACT, "")
    assert parameter("plan.literate_share", on=date(2025, 1, 1)).value == Decimal("0.15")
    with pytest.raises(NotInForce, match="2019-01-01"):
        parameter("plan.literate_share", on=date(2019, 1, 1))
    with pytest.raises(NotInForce, match="未加载"):
        parameter("funds.per_head")


def test_unknown_names_are_bugs(room):
    with pytest.raises(ParameterUnknown):
        parameter("no.such")
    with pytest.raises(CodeListUnknown):
        code_list("no_such")


def test_the_operators_value_holds_over_every_release(room):
    override_parameter("status.stale_after_days", actor=OFFICE, value="90", reason="市里按季度报送")
    room(LISTS.replace("value = 120", "value = 150"))
    assert (parameter("status.stale_after_days").value, parameter("status.stale_after_days").state) == (
        90,
        ValueState.OVERRIDDEN,
    )
    entry = AuditEntry.objects.get(action="codes.parameter.overridden")
    assert (entry.actor_id, entry.data["before"], entry.data["after"]) == (7, 120, 90)
    restore_default("status.stale_after_days", actor=OFFICE)
    restored = parameter("status.stale_after_days")
    assert (restored.value, restored.mark) == (150, "默认未确认")


def test_a_confirmation_is_of_one_value(room):
    confirm_parameter("status.stale_after_days", actor=OFFICE)
    assert parameter("status.stale_after_days").mark == ""
    room(LISTS.replace("材料陈旧天数", "陈旧天数"))
    assert parameter("status.stale_after_days").mark == ""
    room(LISTS.replace("value = 120", "value = 150"))
    assert parameter("status.stale_after_days").mark == "默认未确认"


@pytest.mark.parametrize(
    "decide",
    [
        lambda who: override_parameter("status.stale_after_days", actor=who, value=1, reason="试"),
        lambda who: confirm_parameter("status.stale_after_days", actor=who),
        lambda who: restore_default("status.stale_after_days", actor=who),
        lambda who: confirm_list("colour", actor=who),
    ],
)
def test_only_the_office_and_administrators_decide(room, decide):
    for role in ("liaison", "district_officer", "reviewer", "auditor"):
        with pytest.raises(NotAllowed):
            decide(someone(role))
    decide(someone("administrator"))


def test_an_unfit_value_or_a_missing_reason_is_refused(room):
    with pytest.raises(ValueUnfit, match="整数"):
        override_parameter("status.stale_after_days", actor=OFFICE, value="三个月", reason="试")
    with pytest.raises(ValueUnfit, match="理由"):
        override_parameter("status.stale_after_days", actor=OFFICE, value="90", reason=" ")
    with pytest.raises(ValueUnfit, match="还没有值"):
        confirm_parameter("funds.per_head", actor=OFFICE)
    with pytest.raises(ValueUnfit, match="还没有内容"):
        confirm_list("return_tables", actor=OFFICE)


@pytest.mark.parametrize(
    ("kind", "given"),
    [("integer", True), ("integer", "1.5"), ("number", "nan"), ("number", "1e"), ("share", "1.2"), ("share", "-1%"),
     ("boolean", "也许"), ("day", "2025-13-01"), ("text", ""), ("texts", []), ("texts", [1])],
)  # fmt: skip
def test_values_of_the_wrong_kind(kind, given):
    with pytest.raises(ValueUnfit):
        storable_value(kind, given)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("= 3", "TOML"),
        ('[[lists]]\nname = "x"', "不认识 lists"),
        ("list = 3", "表的数组"),
        ('[[list]]\nlabel = "x"', "缺少 name"),
        ('[[list]]\nname = "x"\nlabel = "x"\nevidence = "Z"', "V、D、K、I、X"),
        ('[[list]]\nname = "x"\nlabel = "x"\nevidence = "V"', "source"),
        ('[[list]]\nname = "x"\nlabel = "x"\nevidence = "K"\ncodes = [{ code = "a" }]', "缺少 label"),
        (
            (
                '[[list]]\nname = "x"\nlabel = "x"\nevidence = "K"\n'
                'codes = [{ code = "a", label = "甲", valid_from = "2021" }]'
            ),
            "2021-01-01",
        ),
        (
            (
                '[[list]]\nname = "x"\nlabel = "x"\nevidence = "K"\n'
                'codes = [{ code = "a", label = "甲" }, { code = "a", label = "乙" }]'
            ),
            "两次",
        ),
        (
            (
                '[[list]]\nname = "x"\nlabel = "x"\nevidence = "K"\n'
                'codes = [{ code = "a", label = "甲", valid_from = 2021-01-01, valid_to = 2024-01-01 },'
                ' { code = "a", label = "乙", valid_from = 2022-01-01 }]'
            ),
            "重叠",
        ),
        ('[[parameter]]\nname = "x"\nlabel = "x"\nevidence = "K"\nkind = "float"', "kind"),
        ('[[parameter]]\nname = "x"\nlabel = "x"\nevidence = "K"\nkind = "integer"', "没有 value"),
        ('[[parameter]]\nname = "x"\nlabel = "x"\nevidence = "K"\nkind = "integer"\nvalue = 0.5', "整数"),
    ],
)
def test_a_wrong_file_says_what_is_wrong_and_loads_nothing(room, wrong, words):
    before = (CodeList.objects.count(), Code.objects.count(), Parameter.objects.count())
    with pytest.raises(CodesUnreadable, match=words):
        room(wrong, file="wrong.toml")
    assert before == (CodeList.objects.count(), Code.objects.count(), Parameter.objects.count())


def test_the_command_loads_and_says_what_it_did(room, tmp_path):
    out = StringIO()
    call_command("codes_load", stdout=out)
    assert "没有变化" in out.getvalue()
    file = tmp_path / "own.toml"
    file.write_bytes("[[list]]".encode("utf-16"))
    with pytest.raises(CommandError, match="UTF-8") as refused:
        call_command("codes_load", str(file))
    assert refused.value.returncode == 2


def test_constraints_hold(room):
    colour = CodeList.objects.get(name="colour")
    for wrong in (
        lambda: Code.objects.create(code_list=colour, code="blue", label="蓝"),
        lambda: Code.objects.create(
            code_list=colour, code="x", label="x", valid_from=date(2021, 1, 2), valid_to=date(2021, 1, 1)
        ),
        lambda: CodeList.objects.create(name="z", label="z", room="z", evidence="Z"),
        lambda: Parameter.objects.create(
            name="status.stale_after_days", label="x", room="x", kind="text", evidence="K"
        ),
        lambda: Parameter.objects.create(name="y", label="x", room="x", kind="float", evidence="K"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


@pytest.mark.django_db
def test_a_figure_meant_for_later_does_not_hold_yet(room):
    assert values_in_force("plan.", on=date(2024, 6, 1)) == {"literate_share": Decimal("0.1056")}
    assert values_in_force("plan.", on=date(2025, 6, 1)) == {"literate_share": Decimal("0.15")}
    assert values_in_force("plan.", on=date(2019, 6, 1)) == {}
    assert values_in_force("funds.", on=date(2024, 6, 1)) == {}
