"""Words, sounds and near misses of Chinese text."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu.engines.chinese.pinyin import initials, pinyin_key, syllables, typed_syllables
from kepu.engines.chinese.spelling import edit_distance, grams, suggest
from kepu.engines.chinese.words import expand, search_words, segment

TEXT = st.text(
    alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("青岛市科普长重庆大篷车第0123 ，。ab")),
    max_size=40,
)
SHORT = st.text(alphabet="科普大篷车ab", max_size=8)


@given(TEXT)
def test_the_words_together_are_the_text(text):
    assert "".join(segment(text)) == text


@given(TEXT)
def test_search_words_do_not_depend_on_letter_case(text):
    assert search_words(text.upper().lower()) == search_words(text.upper().lower().title().lower())


def test_every_process_cuts_alike():
    text = "依托青岛科技馆开展科普大篷车巡展，崂山区沙子口街道组织百场万人讲座，乾隆与长江大桥。" * 20
    code = (
        "import sys; from kepu.engines.chinese.words import *; t = sys.stdin.read(); print(search_words(t), segment(t))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], input=text, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(outputs) == 1


def test_traditional_and_full_width_text_is_found_by_simplified_words():
    assert search_words("青島科學技術館ＡＢＣ") == search_words("青岛科学技术馆abc")


def test_synonyms_work_in_both_directions_and_name_the_word_they_stand_for():
    synonyms = {"老年人": ["老人", "长者"]}
    assert expand(["长者"], synonyms) == {"老年人": "长者", "老人": "长者"}
    assert expand(["老年人"], synonyms) == {"老人": "老年人", "长者": "老年人"}
    assert expand(["青年"], synonyms) == {}


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("重庆市长江大桥", "chong qing shi chang jiang da qiao"),
        ("银行行长", "yin hang hang zhang"),
        ("莘县临朐乐陵", "shen xian lin qu lao ling"),
        ("旅顺", "lv shun"),
        ("長島", "chang dao"),
        ("", ""),
    ],
)
def test_characters_with_several_readings(text, sound):
    assert " ".join(typed_syllables(text)) == sound


def test_the_districts_of_qingdao_sort_by_sound():
    names = ["市南区", "市北区", "李沧区", "崂山区", "西海岸新区", "城阳区", "即墨区", "胶州市", "平度市", "莱西市"]
    assert sorted(names, key=pinyin_key) == [
        "城阳区", "即墨区", "胶州市", "莱西市", "崂山区", "李沧区", "平度市", "市北区", "市南区", "西海岸新区",
    ]  # fmt: skip


@given(TEXT, TEXT)
def test_different_names_have_different_keys(left, right):
    assert (pinyin_key(left) == pinyin_key(right)) == (left.strip() == right.strip())


@given(TEXT)
def test_sounds_of_anything_can_be_typed(text):
    assert all(part.isascii() and part.isalnum() for part in typed_syllables(text))
    assert len(syllables(text)) <= max(len(text) * 3, 1)


def test_initials_keep_numbers():
    assert initials("青岛第39中学") == "qdd39zx"


@given(SHORT, SHORT)
def test_distance_is_a_distance(left, right):
    distance = edit_distance(left, right)
    assert distance == edit_distance(right, left)
    assert (distance == 0) == (left == right)
    assert abs(len(left) - len(right)) <= distance <= max(len(left), len(right))


@given(SHORT, SHORT, st.integers(0, 4))
def test_a_limit_only_cuts_the_count(left, right, limit):
    assert edit_distance(left, right, limit=limit) == min(edit_distance(left, right), limit + 1)


@given(SHORT, st.integers(0, 7), st.sampled_from("科普xyz"))
def test_one_typed_wrong_character_is_one_change(text, place, other):
    wrong = text[:place] + other + text[place + 1 :]
    assert edit_distance(text, wrong) <= 1


def test_suggestions_are_near_and_ordered():
    known = ["参加人数", "参加单位", "活动名称"]
    assert suggest("参与人数", known) == ["参加人数"]
    assert suggest("參加人數", known)[0] == "参加人数"
    assert suggest("人", known) == []
    assert suggest("完全无关的东西", known) == []


@given(st.text(alphabet="科普大篷车", min_size=3, max_size=12), st.integers(1, 3))
def test_grams_cover_the_text(text, size):
    assert {text[start : start + size] for start in range(len(text) - size + 1)} == set(grams(text, size=size))


def test_grams_need_a_size():
    with pytest.raises(ValueError, match="size"):
        grams("科普", size=0)
