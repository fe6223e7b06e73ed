"""What the editing page of a draft is made of: who may have a share, what each has now, what it all adds up to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kepu.directory.register.models import Organisation, Region
from kepu.plan.breakdown.choices import Among, BreakdownState
from kepu.plan.breakdown.models import Breakdown
from kepu.plan.breakdown.queries.frames import Frame, bodies_of, frame_of, regions_beneath, with_shares
from kepu.plan.breakdown.queries.matrix import promise_of
from kepu.plan.tasks.models import Target


@dataclass(frozen=True, slots=True)
class Editing:
    """A target with its draft, where there is one, and everybody who may have a share.

    Attributes:
        owners: districts, then bodies, each with a code of `Among`.
        stored: what the draft holds, by owner and year.
    """

    frame: Frame
    promise: str
    draft: Breakdown | None
    versions: tuple[Breakdown, ...]
    owners: tuple[tuple[str, Region | Organisation], ...]
    stored: Mapping[tuple[str, int, int | None], str]

    @property
    def names(self) -> Mapping[tuple[str, int], str]:
        """What every owner is called."""
        return {(among, owner.pk): owner.label for among, owner in self.owners}

    def of(self, among: str) -> list[Region | Organisation]:
        """The districts, or the bodies."""
        return [owner for kind, owner in self.owners if kind == among]


def editing(target: Target, more_bodies: Iterable[int] = ()) -> Editing:
    """The draft of a target as it stands.

    Args:
        target: with its plan and the plan's region.
        more_bodies: ids of bodies that a person added on the page.
    """
    versions = list(with_shares(target.breakdowns.select_related("issued_by").order_by("-number")))
    draft = next((one for one in versions if one.is_draft), None)
    shares = list(draft.shares.all()) if draft else []
    bodies = {body.pk: body for body in bodies_of(target)}
    bodies |= {share.owner_id: share.organisation for share in shares if share.organisation is not None}
    if wanted := set(more_bodies) - set(bodies):
        bodies |= {body.pk: body for body in Organisation.objects.filter(pk__in=wanted, valid_to=None)}
    places: Sequence[Region] = list(regions_beneath(target.plan))
    owners: list[tuple[str, Region | Organisation]] = [(Among.REGIONS.value, place) for place in places]
    owners += [(Among.BODIES.value, body) for body in bodies.values()]
    return Editing(
        frame=frame_of(target),
        promise=promise_of(target),
        draft=draft,
        versions=tuple(one for one in versions if one.state == BreakdownState.ISSUED),
        owners=tuple(owners),
        stored={(s.among, s.owner_id, s.year): f"{s.value.normalize():f}" for s in shares},
    )
