"""What workers propose: recorded without names, answered, followed to its result."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.ledger.services import is_made_up
from kepu.outreach.enterprises.choices import PUBLIC, ProposalState
from kepu.outreach.enterprises.errors import ProposalMoved, ProposalUnfit
from kepu.outreach.enterprises.events import ProposalResulted
from kepu.outreach.enterprises.models import Need, Proposal
from kepu.outreach.enterprises.permissions import may_keep_proposal, may_record_proposal
from kepu.outreach.enterprises.services.posting import MOST_WORKERS

_MOST_YUAN = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class ProposalWords:
    """What workers propose; of them only how many they are."""

    title: str
    proposed: str
    workers: int
    proposed_on: date
    body: Organisation | None = None
    need: Need | None = None


@transaction.atomic
def record_proposal(words: ProposalWords, *, actor: Person, key: uuid.UUID | None = None) -> Proposal:
    """Record what workers of an enterprise propose. A body of the register is that of the need where one is named.

    Args:
        words: what is proposed.
        actor: the enterprise's liaison, or who speaks for the need.
        key: of the form; one that was sent before records nothing more.

    Raises:
        NotAllowed: the actor does not speak for the enterprise.
        ProposalUnfit: no title or words, nobody who proposes it, a day still to come; a need that is another
            enterprise's, or that nobody checked.
    """
    body = words.body or (words.need.body if words.need else None)
    if not may_record_proposal(actor, body, words.need):
        raise NotAllowed
    if key is not None and (known := Proposal.objects.filter(key=key, recorder=actor).first()):
        return known
    _require_fit(words)
    _require_own_need(words.need, body)
    proposal = Proposal.objects.create(
        recorder=actor, body=body, need=words.need, title=words.title.strip(), proposed=words.proposed.strip(),
        workers=words.workers, proposed_on=words.proposed_on, key=key or uuid.uuid4(),
        is_demonstration=is_made_up(actor),
    )  # fmt: skip
    record("enterprises.proposal.recorded", proposal, actor=actor, workers=words.workers)
    return proposal


@transaction.atomic
def answer_proposal(proposal_id: int, *, is_adopted: bool, words: str, actor: Person) -> Proposal:
    """Say whether a proposal is adopted.

    Args:
        proposal_id: of the proposal.
        is_adopted: whether it is.
        words: why; needed where it is not.
        actor: who speaks for the enterprise.

    Raises:
        NotAllowed: the actor does not speak for the enterprise.
        ProposalMoved: it is answered already.
        ProposalUnfit: not adopted, and no word why.
    """
    proposal = _held(proposal_id, actor, ProposalState.PROPOSED, _("这条建议已经答复过了。"))
    if not is_adopted and not words.strip():
        raise ProposalUnfit(_("请写为什么不采纳，提建议的人想知道。"), field="answer")
    proposal.state = ProposalState.ADOPTED if is_adopted else ProposalState.DECLINED
    proposal.answer, proposal.answered_at = words.strip()[:500], now()
    proposal.save(update_fields=["state", "answer", "answered_at"])
    record("enterprises.proposal.answered", proposal, actor=actor, state=str(proposal.state))
    return proposal


@transaction.atomic
def record_result(
    proposal_id: int, result: str, *, result_on: date, actor: Person, saved_yuan: Decimal | None = None
) -> Proposal:
    """Record what came of a proposal that was adopted. What it saves is the enterprise's own word, and enters no ledger.

    Args:
        proposal_id: of the proposal.
        result: in words.
        result_on: the day from which it shows.
        actor: who speaks for the enterprise.
        saved_yuan: a year, in yuan; None where nothing can be said.

    Raises:
        NotAllowed: the actor does not speak for the enterprise.
        ProposalMoved: not adopted, or its result stands already.
        ProposalUnfit: no words, a day before the proposal or still to come, a saving below nothing.
    """
    proposal = _held(proposal_id, actor, ProposalState.ADOPTED, _("先采纳，再记结果；记过的不再改。"))
    if not result.strip():
        raise ProposalUnfit(_("请写做成了什么样。"), field="result")
    if not proposal.proposed_on <= result_on <= today():
        raise ProposalUnfit(_("请核对日子：在提出以后，不晚于今天。"), field="result_on")
    if saved_yuan is not None and not 0 <= saved_yuan < _MOST_YUAN:
        raise ProposalUnfit(_("省下的钱不能小于 0，也不会这么大；说不准就空着。"), field="saved_yuan")
    proposal.state = ProposalState.RESULTED
    proposal.result, proposal.result_on, proposal.saved_yuan = result.strip()[:500], result_on, saved_yuan
    proposal.save(update_fields=["state", "result", "result_on", "saved_yuan"])
    record("enterprises.proposal.resulted", proposal, actor=actor)
    publish(ProposalResulted(proposal.pk))
    return proposal


def _held(proposal_id: int, actor: Person, state: ProposalState, said: str) -> Proposal:
    found = Proposal.objects.select_for_update(of=("self",)).select_related("body", "need__body")
    proposal = found.get(pk=proposal_id)
    if not may_keep_proposal(actor, proposal):
        raise NotAllowed
    if proposal.state != state:
        raise ProposalMoved(said)
    return proposal


def _require_fit(words: ProposalWords) -> None:
    if not words.title.strip():
        raise ProposalUnfit(_("请写题目。"), field="title")
    if not words.proposed.strip():
        raise ProposalUnfit(_("请写建议怎么做。"), field="proposed")
    if not 1 <= words.workers <= MOST_WORKERS:
        raise ProposalUnfit(_("人数从 1 到 %(most)d。") % {"most": MOST_WORKERS}, field="workers")
    if words.proposed_on > today():
        raise ProposalUnfit(_("这一天还没到，请选今天或以前。"), field="proposed_on")


def _require_own_need(need: Need | None, body: Organisation | None) -> None:
    if need is None:
        return
    if need.body != body:
        raise ProposalUnfit(_("这条需求是另一家企业的，请选本企业的，或不选。"), field="need")
    if need.state not in PUBLIC:  # until the desk has checked it, anybody may have posted it in anybody's name
        raise ProposalUnfit(_("这条需求还没有核实，核实以后再登记对它的建议。"), field="need")
