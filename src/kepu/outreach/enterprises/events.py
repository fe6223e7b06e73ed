"""What happened to enterprises' needs and to what their workers proposed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NeedServed:
    need_id: int


@dataclass(frozen=True, slots=True)
class NeedUnmet:
    need_id: int


@dataclass(frozen=True, slots=True)
class ProposalResulted:
    proposal_id: int
