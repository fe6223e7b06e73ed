"""What every template knows: the site's name, its day, and how this visitor wants to read."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kepu.directory.register.http import acting_for
from kepu.directory.register.models import Acting, Person
from kepu.directory.register.queries import city
from kepu.directory.todos.queries import todos_for
from kepu.foundation import clock
from kepu.web.choices import ElderSize, Theme
from kepu.web.navigation import DeskSection, Door, address_of, desk_sections, portal_doors

ELDER_COOKIE = "kepu_elder"
THEME_COOKIE = "kepu_theme"


@dataclass(frozen=True)
class Site:
    """The site as one request sees it; the menus are built only where a template shows them."""

    request: HttpRequest

    @cached_property
    def name(self) -> str:
        """The name of the programme in this city: as the operator gives it for each language, else by its city."""
        names: dict[str, str] = getattr(settings, "KEPU_SITE_NAMES", {})
        given = names.get(get_language() or "")
        if given:
            return given
        here = city()
        return _("%(city)s全民科学素质行动") % {"city": here.name} if here else _("全民科学素质行动")

    @property
    def is_demonstration(self) -> bool:
        """Whether progress here is made up."""
        return bool(settings.KEPU_IS_DEMONSTRATION)

    @property
    def day(self) -> date:
        """The day that the site lives in."""
        return clock.today()

    @property
    def elder(self) -> str:
        """The chosen size of elder mode, or an empty string."""
        return _known(self.request.COOKIES.get(ELDER_COOKIE, ""), ElderSize.values)

    @property
    def theme(self) -> str:
        """The chosen colours, or an empty string for those of the device."""
        return _known(self.request.COOKIES.get(THEME_COOKIE, ""), Theme.values)

    @property
    def elder_sizes(self) -> list[tuple[str, Any]]:
        """Sizes on offer in elder mode."""
        return [(size.value, str(size.label)) for size in ElderSize]

    @property
    def themes(self) -> list[tuple[str, Any]]:
        """Colours on offer, the device's own first."""
        return [("", _("跟随设备")), *((theme.value, str(theme.label)) for theme in Theme)]

    @property
    def here(self) -> str:
        """Where a switch leads back to."""
        return self.request.get_full_path()

    @property
    def back(self) -> str:
        """The page of ours that led here, else the front page."""
        came_from = self.request.META.get("HTTP_REFERER", "")
        is_ours = url_has_allowed_host_and_scheme(came_from, {self.request.get_host()})
        return came_from if is_ours else self.home

    @property
    def home(self) -> str:
        """The front page."""
        return address_of("portal:home") or "/"

    @property
    def desk(self) -> str:
        """The start page of the desk."""
        return address_of("workbench:home")

    @property
    def about(self) -> str:
        """Who runs the site, how accessible it is, where its figures come from."""
        return address_of("portal:about")

    @property
    def login(self) -> str:
        """The sign-in page."""
        return address_of("account_login")

    @property
    def sign_in(self) -> str:
        """The residents' sign-in page."""
        return address_of("portal:sign_in")

    @property
    def ask(self) -> str:
        """Where anybody asks or complains; the consent texts name this link."""
        return address_of("oversight:ask")

    @property
    def me(self) -> str:
        """Each person's own page."""
        return address_of("portal:me")

    @property
    def acting(self) -> Acting | None:
        """For whom the person acts who is signed in; every page says so."""
        return acting_for(self.request)

    @property
    def acting_end(self) -> str:
        """Where a POST ends acting for somebody."""
        return address_of("workbench:acting_end")

    @property
    def logout(self) -> str:
        """Where a POST signs out."""
        return address_of("account_logout")

    @cached_property
    def doors(self) -> tuple[Door, ...]:
        """The doors of the public header."""
        return portal_doors(self.request.path)

    @cached_property
    def sections(self) -> tuple[DeskSection, ...]:
        """The sections at the side of the desk for the person who is signed in."""
        person = self.request.user
        waiting = {"workbench:home": todos_for(person).count()} if isinstance(person, Person) else {}
        return desk_sections(self.request.path, frozenset(self.roles), waiting)

    @cached_property
    def roles(self) -> dict[str, str]:
        """The roles of the person who is signed in, today: code → label."""
        person = self.request.user
        if not isinstance(person, Person):
            return {}
        return {one.role: one.get_role_display() for one in person.roles_on(self.day)}


def _known(value: str, values: list[str]) -> str:
    return value if value in values else ""


def site(request: HttpRequest) -> dict[str, Site]:
    """Give every template the site as this request sees it."""
    return {"site": Site(request)}
