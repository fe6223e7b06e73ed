"""Regions, organisations, persons, their roles and their tokens."""

from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import (
    AreaClass,
    OrganisationKind,
    RegionLevel,
    Role,
    area_classes,
    organisation_kinds,
    region_levels,
    roles,
)
from kepu.foundation.clock import today
from kepu.foundation.erasure import DELETE, KEEP, OnErasure


class Region(models.Model):
    """One unit of the GB/T 2260 tree, from the province down to the village (村社)."""

    code = models.CharField(_("代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(_("层级"), choices=region_levels)
    parent = models.ForeignKey(
        "self", verbose_name=_("上级"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=90, unique=True, help_text=_("从省到本级的代码，以 / 连接并结尾"))
    aliases = ArrayField(models.CharField(max_length=80), default=list, blank=True, verbose_name=_("别名"))
    area_class = models.CharField(_("城乡分类"), max_length=10, choices=area_classes, default=AreaClass.UNKNOWN)
    sort_key = models.CharField(max_length=200, blank=True)
    tile_row = models.PositiveSmallIntegerField(_("格图行"), null=True, blank=True)
    tile_column = models.PositiveSmallIntegerField(_("格图列"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=200, blank=True)
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("行政区划")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=Q(level__in=RegionLevel.values), name="region_level_known"),
            models.CheckConstraint(condition=Q(area_class__in=AreaClass.values), name="region_area_class_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="region_valid_in_order",
            ),
        )
        indexes = (models.Index(fields=("path",), name="region_path_prefix", opclasses=("varchar_pattern_ops",)),)

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name


class RegionPopulation(models.Model):
    """A dated, sourced head count of one region (常住人口)."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="populations")
    counted_on = models.DateField(_("日期"))
    people = models.PositiveBigIntegerField(_("人数"))
    group = models.CharField(_("口径"), max_length=40, default="all", help_text=_("all 常住人口；60+ 等年龄段"))
    source = models.CharField(_("来源"), max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = _("人口")
        constraints = (models.UniqueConstraint(fields=("region", "counted_on", "group"), name="population_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.region} {self.counted_on:%Y-%m-%d} {self.people}"


class RegionOutline(models.Model):
    """The drawn outline of a region's districts, from a 标准地图 that the operator loaded with its review number."""

    region = models.OneToOneField(Region, on_delete=models.CASCADE, related_name="outline")
    shapes = models.JSONField(_("轮廓"), help_text=_("下级地区代码 → GeoJSON 的 MultiPolygon 坐标，经度在前"))
    review_number = models.CharField(_("审图号"), max_length=60)
    source = models.CharField(_("来源"), max_length=200, blank=True)
    loaded_on = models.DateField(_("载入日期"))

    class Meta:
        verbose_name = verbose_name_plural = _("标准地图轮廓")
        constraints = (models.CheckConstraint(condition=~Q(review_number=""), name="region_outline_reviewed"),)

    def __str__(self) -> str:
        return f"{self.region} {self.review_number}"


class Organisation(models.Model):
    """A body that owes, does or hosts something (单位)."""

    name = models.CharField(_("全称"), max_length=120, unique=True)
    short_name = models.CharField(_("简称"), max_length=60, blank=True)
    kind = models.CharField(_("性质"), max_length=16, choices=organisation_kinds, default=OrganisationKind.OTHER)
    level = models.PositiveSmallIntegerField(_("层级"), choices=region_levels, default=RegionLevel.CITY)
    region = models.ForeignKey(Region, verbose_name=_("所在地"), on_delete=models.PROTECT, related_name="organisations")
    parent = models.ForeignKey(
        "self", verbose_name=_("上级单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=200, blank=True, help_text=_("从最上级到本单位的编号，以 / 连接并结尾"))
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    successor = models.ForeignKey(
        "self", verbose_name=_("继任单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )
    is_counted_elsewhere = models.BooleanField(_("由他处统计"), default=False)
    sort_key = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("单位")
        ordering = ("sort_key", "name")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"),
            models.CheckConstraint(condition=Q(level__in=RegionLevel.values), name="organisation_level_known"),
            models.UniqueConstraint(
                fields=("credit_code",), condition=~Q(credit_code=""), name="organisation_credit_code_once"
            ),
        )
        indexes = (models.Index(fields=("path",), name="organisation_path_prefix", opclasses=("varchar_pattern_ops",)),)

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name


class OrganisationAlias(models.Model):
    """Another name under which texts mention a body."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("别名"), max_length=120, unique=True)
    source = models.CharField(_("来源"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("单位别名")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    """Creates persons; without a password a person cannot sign in."""

    def create_user(self, login: str, password: str | None = None, **values: object) -> "Person":
        person = self.model(login=login, **values)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, login: str, password: str | None = None, **values: object) -> "Person":
        return self.create_user(login, password, **{"is_staff": True, "is_superuser": True, **values})

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(login=username)


class Person(AbstractBaseUser):
    """Someone the programme knows; no usable password means no login."""

    login = models.CharField(_("登录名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    email = models.EmailField(_("邮箱"), blank=True)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    is_active = models.BooleanField(_("可登录"), default=True)
    is_staff = models.BooleanField(_("可进管理后台"), default=False)
    is_superuser = models.BooleanField(_("超级用户"), default=False)
    is_demonstration = models.BooleanField(_("示例人员"), default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = _("人员")
        indexes = (models.Index(fields=("name",), name="person_name"),)

    def __str__(self) -> str:
        return self.name or gettext("已注销人员 %(number)d") % {"number": self.pk}

    def blank_out(self) -> None:
        """Leave a number without a name, nobody who can sign in (`directory.privacy` erases the rest)."""
        self.name, self.login, self.email, self.organisation = "", f"erased-{self.pk}", "", None
        self.is_active = self.is_staff = self.is_superuser = False
        self.set_unusable_password()
        self.save()

    def get_full_name(self) -> str:
        """The name to show."""
        return str(self)

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002 Django's signature
        """Django admin's question; `is_staff` opens the admin, superusers and administrators may use it."""
        return self.is_active and (self.is_superuser or self.holds(Role.ADMINISTRATOR))

    def has_module_perms(self, app_label: str) -> bool:
        """Django admin's question for a whole app."""
        return self.has_perm(app_label)

    def roles_on(self, day: date) -> list["RoleAssignment"]:
        """The roles in force on a day; read once for each person object and day."""
        cache: dict[date, list[RoleAssignment]] = self.__dict__.setdefault("_roles_by_day", {})
        if day not in cache:
            cache[day] = [
                role
                for role in self.role_assignments.select_related("organisation__region", "region")
                if role.starts_on <= day and (role.ends_on is None or day <= role.ends_on)
            ]
        return cache[day]

    def forget_roles(self) -> None:
        """Drop what `roles_on` remembered, after roles changed."""
        self.__dict__.pop("_roles_by_day", None)

    def holds(
        self, *wanted: str, organisation: "Organisation | int | None" = None, region: "Region | None" = None
    ) -> bool:
        """Whether the person holds one of the roles today, over the body or the region where one is named.

        A role over a body covers the bodies below it; a role over a region covers the regions inside it;
        a role without region or body covers all.
        """
        if not self.is_active:
            return False
        body = Organisation.objects.filter(pk=organisation).first() if isinstance(organisation, int) else organisation
        return any(
            role.role in wanted
            and (body is None or role.covers_organisation(body))
            and (region is None or role.covers_region(region))
            for role in self.roles_on(today())
        )

    def organisations(self, *wanted: str) -> list[int]:
        """Ids of the bodies for which the person holds one of the roles today, subordinate bodies included."""
        paths = [r.organisation.path for r in self.roles_on(today()) if r.role in wanted and r.organisation is not None]
        paths = [path for path in paths if path]  # an empty path would be the beginning of every path
        if not self.is_active or not paths:
            return []
        query = Q()
        for path in paths:
            query |= Q(path__startswith=path)
        return list(Organisation.objects.filter(query).values_list("pk", flat=True))

    def regions(self, *wanted: str) -> list["Region"]:
        """The regions over which the person holds one of the roles today."""
        held = self.roles_on(today()) if self.is_active else []
        return [role.region for role in held if role.role in wanted and role.region is not None]

    @property
    def has_desk(self) -> bool:
        """Whether the person holds any role today; a resident who only signed in holds none."""
        return self.is_active and (self.is_superuser or bool(self.roles_on(today())))

    @property
    def is_office(self) -> bool:
        """Whether the person sits in the leading office today."""
        return self.holds(Role.LEADING_OFFICE)


class RoleAssignment(models.Model):
    """One role of one person, over a body or a region, from one day to another."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": KEEP}

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(_("角色"), max_length=20, choices=roles)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="holders"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("地区"), null=True, blank=True, on_delete=models.PROTECT, related_name="holders"
    )
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("角色")
        constraints = (
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="role_days_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.LIAISON) | Q(organisation__isnull=False), name="liaison_has_organisation"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.UNIT_HEAD) | Q(organisation__isnull=False), name="unit_head_has_organisation"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.DISTRICT_OFFICER) | Q(region__isnull=False), name="district_officer_has_region"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"

    def covers_organisation(self, body: Organisation) -> bool:
        """Whether the role reaches a body."""
        if self.organisation is not None:
            return bool(self.organisation.path) and body.path.startswith(self.organisation.path)
        return self.region is None or body.region.path.startswith(self.region.path)

    def covers_region(self, region: Region) -> bool:
        """Whether the role reaches a region; a role over a body reaches as far as the body's own region."""
        own = self.region or (self.organisation.region if self.organisation is not None else None)
        return own is None or region.path.startswith(own.path)


class ApiToken(models.Model):
    """A key for another system, shown once; only its hash is kept."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"owner": DELETE}

    name = models.CharField(_("用途"), max_length=80)
    owner = models.ForeignKey(Person, verbose_name=_("所有人"), on_delete=models.CASCADE, related_name="tokens")
    prefix = models.CharField(max_length=8)
    digest = models.BinaryField(unique=True, max_length=32)
    scopes = ArrayField(models.CharField(max_length=30), verbose_name=_("范围"))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("到期"))
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    last_used_on = models.DateField(_("最近使用"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("接口令牌")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
