"""One thing that waits for somebody."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import Role, roles
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.clock import today
from kepu.foundation.erasure import DELETE, OnErasure


class Todo(models.Model):
    """What waits, for a person or for whoever holds a role, until when, and the page where it is done."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": DELETE}

    key = models.CharField(_("事由"), max_length=120, help_text=_("room.noun:id；同一事由同一对象只挂一条"))
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    title = models.CharField(_("要做什么"), max_length=200)
    reason = models.CharField(_("为什么"), max_length=300, blank=True)
    action = models.CharField(_("按钮"), max_length=20, blank=True)
    url_name = models.CharField(max_length=80)
    url_arguments = models.JSONField(default=list, blank=True)
    person = models.ForeignKey(
        Person, verbose_name=_("人员"), null=True, blank=True, on_delete=models.CASCADE, related_name="todos"
    )
    role = models.CharField(_("角色"), max_length=20, choices=roles, blank=True)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="todos"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("地区"), null=True, blank=True, on_delete=models.PROTECT, related_name="todos"
    )
    opened_on = models.DateField(_("挂出"))
    due_on = models.DateField(_("期限"), null=True, blank=True)
    closed_on = models.DateField(_("销号"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("待办")
        ordering = (models.F("due_on").asc(nulls_last=True), "opened_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=False, role="") | Q(person=None, role__in=Role.values),
                name="todo_for_person_or_role",
            ),
            models.UniqueConstraint(
                fields=("key", "person", "role", "organisation", "region"),
                condition=Q(closed_on=None),
                nulls_distinct=False,
                name="todo_open_once",
            ),
        )
        indexes = (
            models.Index(fields=("person",), condition=Q(closed_on=None), name="todo_open_by_person"),
            models.Index(fields=("role",), condition=Q(closed_on=None), name="todo_open_by_role"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        """Where it is done; the desk itself when that page is gone."""
        try:
            return reverse(self.url_name, args=self.url_arguments)
        except NoReverseMatch:
            return reverse("workbench:home")

    @property
    def is_overdue(self) -> bool:
        """Whether the day it was due has passed."""
        return self.closed_on is None and self.due_on is not None and self.due_on < today()

    @property
    def days_left(self) -> int | None:
        """Days until it is due (negative when past), or None without a date."""
        return None if self.due_on is None else (self.due_on - today()).days

    @property
    def addressee(self) -> str:
        """For whom it waits, in words."""
        if self.person is not None:
            return str(self.person)
        place = self.organisation or self.region
        return f"{place.label} · {self.get_role_display()}" if place else str(self.get_role_display())
