"""Join the names that a plan prints to bodies of the register, or create these on the spot."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import OrganisationKind
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.services import add_alias, create_organisation
from kepu.plan.tasks.errors import CorrectionInvalid, PlanNotReady
from kepu.plan.tasks.models import PlanDraft
from kepu.plan.tasks.queries.drafts import body_rows
from kepu.plan.tasks.rules.bodies import guess_full_name, guess_kind
from kepu.plan.tasks.services.drafts import append_correction, content_of, open_draft
from kepu.plan.tasks.services.meeting import refuse_if_moved


@dataclass(frozen=True, slots=True)
class NewBody:
    """A body to create for a printed name."""

    name: str
    kind: str


@transaction.atomic
def match_body(
    draft_id: uuid.UUID | str,
    printed: str,
    organisation: Organisation,
    *,
    actor: Person,
    keep_alias: bool = False,
    seen: int | None = None,
) -> str:
    """Say which body a printed name means, in this plan, and in every later one where the name is kept as alias.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: the text does not print this name.
        OrganisationExists: the name is to be kept, but belongs to another body.
        FindingMoved: somebody matched the name otherwise since the page of revision `seen` was opened.
    """
    draft = open_draft(draft_id, actor=actor)
    _check_printed(draft, printed)
    if content_of(draft).matches.get(printed) != organisation.pk:
        refuse_if_moved(draft, seen, printed)
    if keep_alias and printed not in {organisation.name, organisation.short_name}:
        add_alias(organisation, printed, actor=actor, source=str(draft.name)[:200])
    after = {"organisation": organisation.pk, "name": organisation.name, "how": "chosen"}
    return append_correction(draft, "match", printed, actor=actor, after=after)


@transaction.atomic
def create_body(
    draft_id: uuid.UUID | str, printed: str, body: NewBody, *, actor: Person, region: Region | None = None
) -> Organisation:
    """Create the body that a printed name means, and join them.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: the text does not print this name, or the kind is not on the list.
        OrganisationExists: a body already answers to the name.
        PlanNotReady: the draft has no region yet.
    """
    draft = open_draft(draft_id, actor=actor)
    _check_printed(draft, printed)
    return _create(draft, printed, body, actor=actor, region=region)


@transaction.atomic
def create_bodies(
    draft_id: uuid.UUID | str, bodies: Mapping[str, NewBody], *, actor: Person
) -> dict[str, Organisation]:
    """Create the bodies of several printed names in one act; all or none.

    Two printed names with the same full name become one body. A name to which a body answers by now (somebody else was
    quicker) is left as it is.

    Returns:
        The bodies that were created, by printed name.

    Raises:
        NotAllowed: the actor brings no plans in.
        DraftNotOpen: the draft is live or given up.
        CorrectionInvalid: the text does not print a name, or a kind is not on the list.
        OrganisationExists: a body already answers to a name.
        PlanNotReady: the draft has no region yet.
    """
    draft = open_draft(draft_id, actor=actor)
    missing = guessed_bodies(draft)
    wanted = {printed: body for printed, body in bodies.items() if printed in missing}
    for printed in bodies.keys() - missing.keys():
        _check_printed(draft, printed)
    return create_bodies_in(draft, wanted, actor=actor)


def create_bodies_in(
    draft: PlanDraft, bodies: Mapping[str, NewBody], *, actor: Person | None
) -> dict[str, Organisation]:
    """As `create_bodies`, in a draft that the caller has locked; actor None is the system itself."""
    created: dict[str, Organisation] = {}
    for printed, body in bodies.items():
        _check_printed(draft, printed)
        before = next((one for one in created.values() if one.name == body.name.strip()), None)
        if before is not None:
            after = {"organisation": before.pk, "name": before.name, "how": "created"}
            append_correction(draft, "match", printed, actor=actor, after=after)
            created[printed] = before
        else:
            created[printed] = _create(draft, printed, body, actor=actor, region=None)
    return created


def guessed_bodies(draft: PlanDraft) -> dict[str, NewBody]:
    """What would be created for the names that no body answers to: name and kind, both guessed."""
    place = draft.region.name if draft.region else ""
    return {
        row.printed: NewBody(guess_full_name(row.printed, place), guess_kind(row.printed).value)
        for row in body_rows(draft, content_of(draft))
        if row.organisation is None
    }


def _create(
    draft: PlanDraft, printed: str, body: NewBody, *, actor: Person | None, region: Region | None
) -> Organisation:
    place = region or draft.region
    if place is None:
        raise PlanNotReady(_("请先选定方案所属的地区，再新建单位。"))
    name = body.name.strip()
    if not name or len(name) > 120:  # noqa: PLR2004 the register's own limit
        raise CorrectionInvalid(_("单位名称要有 1 到 120 个字。"), field="name", printed=printed)
    if body.kind not in OrganisationKind.values:
        raise CorrectionInvalid(_("请从列表里选一种单位性质。"), field="kind", printed=printed)
    organisation = create_organisation(
        name,
        region=place,
        actor=actor,
        kind=body.kind,
        short_name=printed[:60] if printed != name else "",
        level=place.level,
    )
    after = {"organisation": organisation.pk, "name": organisation.name, "how": "created"}
    append_correction(draft, "match", printed, actor=actor, after=after)
    return organisation


def _check_printed(draft: PlanDraft, printed: str) -> None:
    if printed not in content_of(draft).bodies:
        raise CorrectionInvalid(
            _("这份方案里没有叫“%(name)s”的单位。请刷新页面再看。") % {"name": printed}, key=printed
        )
