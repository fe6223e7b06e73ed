"""Plans of other governments in many layouts, each with a summary written by hand."""

import pytest

from kepu.engines.chinese.folding import fold
from kepu.engines.policy import parse_text
from tests.engines.policy.scoring import Score, sample, sample_file, sample_names, scores, targets_of, tasks_of


@pytest.mark.parametrize("name", sample_names())
def test_a_sample_reads_as_its_summary_says(name):
    reading, wanted = sample(name)

    assert tasks_of(reading) == wanted["tasks"]
    assert sorted(map(repr, targets_of(reading))) == sorted(map(repr, wanted["targets"]))
    facts = reading.to_json()["document"]
    assert {key: facts[key] for key in wanted["document"]} == wanted["document"]
    kinds = [section.kind for section in reading.sections]
    assert {kind: kinds.count(kind) for kind in wanted["kinds"]} == wanted["kinds"]
    assert (reading.lead_rule is not None) == wanted.get("lead_rule", False)
    refused = [reading.text[slice(*decoy.span)] for decoy in reading.decoys]
    assert [number for number in wanted["decoys"] if not any(number in words for words in refused)] == []


def test_all_samples_together_hold_the_bar():
    total: dict[str, Score] = {}
    for name in sample_names():
        for key, value in scores(*sample(name)).items():
            total[key] = total.get(key, Score(0, 0, 0)) + value

    assert total["tasks"].f1 >= 0.97
    assert total["organisations"].f1 >= 0.97
    assert total["targets"].f1 >= 0.85


def holds_in_order(printed: str, name: str) -> bool:
    """A page break (its number, a running head) may stand inside a name; all its characters are there in order."""
    rest = iter(printed)
    return all(c in rest for c in name)


@pytest.mark.parametrize("name", sample_names())
def test_every_statement_of_a_sample_points_at_its_characters(name):
    reading, _wanted = sample(name)

    def plain(words: str) -> str:
        return "".join(words.split())

    for task in reading.tasks:
        words = plain(reading.text[slice(*task.span)])
        assert plain(task.title or "") in words
        assert task.span[0] <= task.body_span[0] <= task.body_span[1] <= task.span[1]
        for duty in task.duties:
            printed = plain(reading.text[slice(*duty.span)])
            assert printed in duty.organisation or holds_in_order(printed, duty.organisation)
    for target in reading.targets:
        printed = fold(reading.text[slice(*target.span)])
        assert any(c.isdigit() or c in "一二三四五六七八九十百千万半番两成" for c in printed)
    for section in reading.sections:
        assert plain(section.title or "") in plain(reading.text[slice(*section.span)])


@pytest.mark.parametrize("name", [name for name in sample_names() if sample_file(name).suffix == ".txt"])
def test_reading_the_text_again_changes_nothing(name):
    reading, _wanted = sample(name)

    again = parse_text(reading.text)

    assert again.to_json() == reading.to_json()
