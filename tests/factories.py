"""The smallest valid objects of the lower rooms."""

from datetime import date
from typing import Any

import factory

from kepu.directory.register.choices import AreaClass, OrganisationKind, RegionLevel, Role
from kepu.directory.register.models import Organisation, Person, Region, RoleAssignment

PASSWORD = "correct horse 2024"


class RegionFactory(factory.django.DjangoModelFactory):
    """A city unless a parent is given; then one level below it."""

    class Meta:
        model = Region
        django_get_or_create = ("code",)

    parent = None
    code = factory.Sequence(lambda n: f"{3700 + n % 100:04d}")
    name = factory.LazyAttribute(lambda o: f"示例地区{o.code}")
    area_class = AreaClass.UNKNOWN

    @factory.lazy_attribute
    def level(self) -> int:
        return RegionLevel.CITY if self.parent is None else self.parent.level + 1

    @factory.lazy_attribute
    def path(self) -> str:
        return f"{self.parent.path if self.parent else ''}{self.code}/"


def city_region() -> Region:
    """The example city, made once per test."""
    return RegionFactory(code="3702", name="青岛市", short_name="青岛")


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A government body of the example city."""

    class Meta:
        model = Organisation
        django_get_or_create = ("name",)
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"青岛市示例局{n:03d}")
    kind = OrganisationKind.GOVERNMENT
    level = RegionLevel.CITY
    region = factory.LazyFunction(city_region)

    @factory.post_generation
    def path(self: Organisation, create: bool, given: str | None, **kwargs: Any) -> None:  # noqa: ARG002, FBT001
        if create:
            self.path = given or f"{self.parent.path if self.parent else ''}{self.pk}/"
            self.save(update_fields=["path"])


class PersonFactory(factory.django.DjangoModelFactory):
    """A person who can sign in; `role=` gives a role since 2000, over `organisation` or `region` where named."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    login = factory.Sequence(lambda n: f"person{n:04d}")
    name = factory.Sequence(lambda n: f"示例人员 {n:03d}")
    organisation = None

    @classmethod
    def _create(cls, model_class: type[Person], *args: Any, **values: Any) -> Person:
        region = values.pop("region", None)
        person: Person = super()._create(model_class, *args, **values)
        person.__dict__["_role_region"] = region
        return person

    @factory.post_generation
    def password(self: Person, create: bool, given: str | None, **kwargs: Any) -> None:  # noqa: ARG002, FBT001
        self.set_password(given or PASSWORD)
        if create:
            self.save()

    @factory.post_generation
    def role(self: Person, create: bool, given: str | None, **kwargs: Any) -> None:  # noqa: FBT001
        if create and given:
            organisation = self.organisation if given in {Role.LIAISON, Role.UNIT_HEAD, Role.REVIEWER} else None
            RoleAssignment.objects.create(
                person=self,
                role=given,
                organisation=organisation,
                region=kwargs.get("region") or self.__dict__.get("_role_region"),
                starts_on=date(2000, 1, 1),
            )
