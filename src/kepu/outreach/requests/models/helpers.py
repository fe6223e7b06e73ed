"""Volunteer teams that are asked for helpers at a session."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Person
from kepu.foundation.clock import now
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.outreach.people.volunteers.models import Shift, Team
from kepu.outreach.requests.choices import LIVE_ASKS, TeamAskState, team_ask_states
from kepu.outreach.requests.models.sessions import Session


class TeamAsk(models.Model):
    """A volunteer team is asked for the helpers that a session's order wants (请帮手), until it opens a shift or declines."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"answered_by": KEEP.clearing("decline_reason")}

    session = models.ForeignKey(Session, verbose_name=_("哪一场"), on_delete=models.PROTECT, related_name="team_asks")
    team = models.ForeignKey(Team, verbose_name=_("请哪支队"), on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("为什么请这支队"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=team_ask_states, default=TeamAskState.ASKED)
    decline_reason = models.CharField(_("为什么去不了"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("请的时间"), default=now)
    answered_by = models.ForeignKey(
        Person, verbose_name=_("谁答复的"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    shift = models.OneToOneField(Shift, verbose_name=_("班次"), null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("请帮手")
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=TeamAskState.values), name="team_ask_state_known"),
            models.CheckConstraint(
                condition=~Q(state=TeamAskState.OPENED) | Q(shift__isnull=False), name="team_ask_opened_has_shift"
            ),
            models.UniqueConstraint(
                fields=("session",),
                condition=Q(state__in=[one.value for one in LIVE_ASKS]),
                name="team_ask_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=("session", "team"), condition=Q(state=TeamAskState.DECLINED), name="team_ask_declined_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.session_id} → {self.team}"
