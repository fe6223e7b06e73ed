"""Who judges never judges the own body: refused at the assignment and again at the submission, in words."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, RoleAssignment
from kepu.foundation.clock import fixed
from kepu.foundation.codes.models import Parameter
from kepu.outreach.people.conflicts.choices import TieKind
from kepu.outreach.people.conflicts.models import SameIdentity
from kepu.outreach.people.conflicts.services import decide_identity, declare_tie, note_double
from kepu.plan.evaluation.errors import EvaluationUnfit, JudgeInConflict
from kepu.plan.evaluation.models import Evaluation
from kepu.plan.evaluation.queries import ties_of
from kepu.plan.evaluation.services import (
    assign_sheets,
    comment_on_sheet,
    distribute_sheets,
    reply_to_comment,
    return_sheet,
    submit_sheet,
)
from kepu.plan.tasks.models import Duty
from tests.factories import OrganisationFactory, PersonFactory
from tests.kept import kept
from tests.plan.evaluation.scenes import JUDGED_ON, Scene, fresh

pytestmark = pytest.mark.django_db


_built, scene = kept(Scene)


@pytest.fixture
def evaluation(scene: Scene) -> Evaluation:
    return scene.judging()


def _reviewer(**role: object) -> Person:
    person = PersonFactory(role=Role.REVIEWER)
    if role:
        RoleAssignment.objects.create(person=person, **{"starts_on": date(2020, 1, 1), **role})
    return person


def _tie(scene: Scene, evaluation: Evaluation, person: Person, body: Organisation | None = None) -> str:
    with fixed(JUDGED_ON):
        return ties_of([person], evaluation, [body or scene.bureau]).with_body(person.pk, body or scene.bureau)


def test_who_has_nothing_to_do_with_a_body_is_free(scene: Scene, evaluation: Evaluation) -> None:
    assert _tie(scene, evaluation, _reviewer()) == ""
    elsewhere = {"role": Role.LIAISON, "organisation": OrganisationFactory(name="青岛市别的局")}
    assert _tie(scene, evaluation, _reviewer(**elsewhere)) == ""


@pytest.mark.parametrize("role", [Role.LIAISON, Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_any_role_at_the_body_binds(scene: Scene, evaluation: Evaluation, role: str) -> None:
    assert _tie(scene, evaluation, _reviewer(role=role, organisation=scene.bureau))


def test_a_role_below_and_above_the_body_binds(scene: Scene, evaluation: Evaluation) -> None:
    school = scene.world.city.school
    assert school.path.startswith(scene.bureau.path)
    assert _tie(scene, evaluation, _reviewer(role=Role.LIAISON, organisation=school))
    assert _tie(scene, evaluation, _reviewer(role=Role.LIAISON, organisation=scene.bureau), school)


def test_a_role_that_ended_before_the_days_judged_does_not_bind(scene: Scene, evaluation: Evaluation) -> None:
    before = {"role": Role.LIAISON, "organisation": scene.bureau, "ends_on": date(2023, 12, 31)}
    assert _tie(scene, evaluation, _reviewer(**before)) == ""
    within = {"role": Role.LIAISON, "organisation": scene.bureau, "ends_on": date(2024, 1, 1)}
    assert _tie(scene, evaluation, _reviewer(**within))
    since_then = {"role": Role.LIAISON, "organisation": scene.bureau, "starts_on": date(2024, 9, 17)}
    assert _tie(scene, evaluation, _reviewer(**since_then))


def test_belonging_to_the_body_binds_without_a_role(scene: Scene, evaluation: Evaluation) -> None:
    person = _reviewer()
    person.organisation = scene.bureau
    person.save()
    assert "的人" in _tie(scene, evaluation, person)


def test_a_role_at_the_predecessor_binds(scene: Scene, evaluation: Evaluation) -> None:
    old = OrganisationFactory(name="青岛市旧教育局", successor=scene.bureau)
    assert _tie(scene, evaluation, _reviewer(role=Role.LIAISON, organisation=old))


def test_the_officer_of_the_district_does_not_judge_its_bodies(scene: Scene, evaluation: Evaluation) -> None:
    body = OrganisationFactory(name="市南区教育局", region=scene.world.city.south)
    officer = _reviewer(role=Role.DISTRICT_OFFICER, region=scene.world.city.south)
    assert _tie(scene, evaluation, officer, body)
    assert _tie(scene, evaluation, officer) == ""


def test_the_offices_own_people_do_not_judge_its_body(scene: Scene, evaluation: Evaluation) -> None:
    office = _reviewer(role=Role.LEADING_OFFICE)
    assert "办公室" in _tie(scene, evaluation, office, scene.association)
    assert _tie(scene, evaluation, office) == ""


def test_where_nobody_knows_the_offices_body_its_people_judge_nobody(scene: Scene, evaluation: Evaluation) -> None:
    Parameter.objects.filter(name="evaluation.office_body").update(override=None, is_overridden=False)
    assert "没有登记" in _tie(scene, evaluation, _reviewer(role=Role.LEADING_OFFICE))


def test_what_the_register_of_people_knows_binds_too(scene: Scene, evaluation: Evaluation) -> None:
    judge, relative = _reviewer(), PersonFactory(organisation=scene.bureau)
    declare_tie(judge, TieKind.KIN, actor=judge, other=relative)
    double, office = _reviewer(), PersonFactory(role=Role.LEADING_OFFICE)
    note_double(double.pk, relative.pk, "办公室发现")
    decide_identity(SameIdentity.objects.get().pk, is_same=True, reason="核对过", actor=office)

    assert "亲属在该单位" in _tie(scene, evaluation, judge)
    assert "同一单位" in _tie(scene, evaluation, double)
    assert _tie(scene, evaluation, judge, scene.association) == ""


def _client(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_assignment_is_refused_by_its_address_and_nothing_is_given(scene: Scene, evaluation: Evaluation) -> None:
    bound = _reviewer(role=Role.LIAISON, organisation=scene.bureau)
    own, other = scene.sheet(evaluation), scene.sheet(evaluation, "二(一)1", scene.association)
    with fixed(JUDGED_ON):
        given = {"sheets": [own.pk, other.pk], "reviewer": bound.pk}
        answer = _client(scene.office).post(reverse("evaluation:assign", args=[evaluation.pk]), given)
    assert answer.status_code == 403
    assert "谁评都不评自己的单位" in answer.content.decode()
    assert f'value="{own.pk}" checked' in answer.content.decode()
    assert not evaluation.sheets.exclude(reviewer=None).exists()


def test_the_submission_is_refused_by_its_address_when_roles_changed_meanwhile(
    scene: Scene, evaluation: Evaluation
) -> None:
    sheet = scene.given(evaluation)
    RoleAssignment.objects.create(
        person=scene.reviewer, role=Role.LIAISON, organisation=scene.bureau, starts_on=date(2024, 9, 17)
    )
    typed = {"problems": "写了很久的话", "revision": sheet.revision, "submit": "1"}
    with fixed(JUDGED_ON):
        answer = _client(scene.reviewer).post(reverse("evaluation:sheet", args=[sheet.pk]), typed)
        wanted = scene.wanted(evaluation)
        with pytest.raises(JudgeInConflict):
            submit_sheet(sheet.pk, wanted, revision=sheet.revision, actor=scene.reviewer)
    assert answer.status_code == 403
    assert "不能评市教育局" in answer.content.decode()
    assert "写了很久的话" in answer.content.decode()
    assert fresh(sheet).state == "waiting"


def test_who_has_to_do_with_the_body_neither_returns_nor_answers(scene: Scene, evaluation: Evaluation) -> None:
    scene.submitted(evaluation)
    of_association = scene.submitted(evaluation, "二(一)1", scene.association)
    speaker = PersonFactory(role=Role.LIAISON, organisation=scene.association)
    with fixed(JUDGED_ON):
        comment_on_sheet(of_association.pk, words="少算了两场。", actor=speaker)
        with pytest.raises(JudgeInConflict):
            return_sheet(of_association.pk, reason="甲", actor=scene.office)
        with pytest.raises(JudgeInConflict):
            reply_to_comment(of_association.pk, words="甲", actor=scene.office)
        assert reply_to_comment(of_association.pk, words="已核对。", actor=scene.reviewer).reply


def test_one_click_gives_everything_evenly_and_names_what_is_left(scene: Scene, evaluation: Evaluation) -> None:
    with fixed(JUDGED_ON):
        done = distribute_sheets(evaluation.pk, actor=scene.office)
    loads = [evaluation.sheets.filter(reviewer=one).count() for one in (scene.reviewer, scene.second)]
    assert done.given == sum(loads) == evaluation.sheets.count()
    assert max(loads) - min(loads) <= 1


def test_what_nobody_may_judge_stays_and_is_named(scene: Scene, evaluation: Evaluation) -> None:
    for person in (scene.reviewer, scene.second):
        RoleAssignment.objects.create(
            person=person, role=Role.LIAISON, organisation=scene.bureau, starts_on=date(2024, 2, 1)
        )
    with fixed(JUDGED_ON):
        done = distribute_sheets(evaluation.pk, actor=scene.office)
    assert {sheet.body for sheet in done.left} == {scene.bureau}
    assert len(done.left) == Duty.objects.filter(task__plan=scene.world.plan, organisation=scene.bureau).count()


def test_only_a_reviewer_is_given_a_sheet(scene: Scene, evaluation: Evaluation) -> None:
    with fixed(JUDGED_ON), pytest.raises(EvaluationUnfit):
        assign_sheets(evaluation.pk, [scene.sheet(evaluation).pk], scene.liaison.pk, actor=scene.office)
