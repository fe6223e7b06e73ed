"""Two people at one draft: who comes second is told in words, and nothing of either is lost."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from kepu.plan.tasks.errors import FindingMoved
from kepu.plan.tasks.models import PlanDraft
from kepu.plan.tasks.queries.drafts import meanwhile
from kepu.plan.tasks.queries.wording import meanwhile_words
from kepu.plan.tasks.rules.revisions import since


def moved(draft: PlanDraft, seen: int | None, key: str | None, *, clashes: Iterable[str] = ()) -> FindingMoved:
    """What to tell who acts on a page that is older than the draft.

    Args:
        draft: the draft as it stands.
        seen: the revision of the page.
        key: the finding that was meant; None for the whole draft.
        clashes: fields for which both gave a value.
    """
    changes = since(draft.corrections, seen, key)
    fields: dict[str, str] = {}
    for name in clashes:
        told = next((one for one in reversed(changes) if name in one.after or one.op == "undo"), changes[-1])
        fields[name] = meanwhile_words(told, only=name)
    said = {"changes": meanwhile(draft, seen, key)}
    words = _("您打开这一页以后，%(changes)s。您的这一步还没有存，请看过再来一次。") % said
    return FindingMoved(words, fields=fields, key=key or "")


def refuse_if_moved(draft: PlanDraft, seen: int | None, key: str | None) -> None:
    """Refuse an act that was meant for what an older page showed.

    Raises:
        FindingMoved: somebody corrected the finding (or, without a key, anything) since.
    """
    if since(draft.corrections, seen, key):
        raise moved(draft, seen, key)
