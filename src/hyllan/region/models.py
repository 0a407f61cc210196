"""Organisations, libraries, days, people, roles and the audit log."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from hyllan.region.engine.roles import Role


class Region(models.Model):
    """The one region this installation serves; loaded from the region folder."""

    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, default="sv")
    time_zone = models.CharField(max_length=60, default="Europe/Stockholm")
    municipality_code_prefix = models.CharField(max_length=10, blank=True)
    holidays = models.CharField(max_length=2, default="SE")  # the country's code
    plan_period = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField(default=0)  # grows with every change of place or day

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="only_one_region")
        ]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A principal (huvudman): municipality, hospital administration, university or the region."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality"
        HOSPITAL_ADMINISTRATION = "hospital_administration"
        UNIVERSITY = "university"
        REGION = "region"
        OTHER = "other"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    population = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Library(models.Model):
    """A place with items and readers; a hub of kind `hub` lends nothing."""

    class Kind(models.TextChoices):
        MAIN = "main"
        BRANCH = "branch"
        BUS = "bus"
        HOSPITAL = "hospital"
        UNIVERSITY = "university"
        HUB = "hub"

    code = models.CharField(max_length=40, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="libraries"
    )
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    lat = models.FloatField()
    lon = models.FloatField()
    van_from = models.TimeField()  # when a van may come
    van_weekdays = models.CharField(max_length=20, default="1-5")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "libraries"

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """When readers and staff are in, one row a weekday (ISO: Monday is 1)."""

    library = models.ForeignKey(Library, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["library", "weekday"], name="one_opening_a_weekday"),
            models.CheckConstraint(
                condition=models.Q(weekday__gte=1, weekday__lte=7), name="iso_weekday"
            ),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")), name="closes_after_it_opens"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.library_id} {self.weekday}"


class ClosedDay(models.Model):
    """A day a library is closed, also for the van."""

    library = models.ForeignKey(Library, on_delete=models.CASCADE, related_name="closed_days")
    day = models.DateField()  # in the region's time zone
    reason = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["library", "day"], name="one_closing_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.library_id} {self.day}"


class Closure(models.Model):
    """Days a library itself has said that it is closed: one, a period, or a weekday in a period."""

    library = models.ForeignKey(Library, on_delete=models.CASCADE, related_name="closures")
    first = models.DateField()  # in the region's time zone
    last = models.DateField()
    weekday = models.PositiveSmallIntegerField(default=0)  # Monday is 1; 0: every day
    reason = models.CharField(max_length=100)
    reported_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)  # it holds no longer

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")),
                name="a_closure_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__gte=0, weekday__lte=7), name="a_closure_is_on_a_weekday"
            ),
            models.UniqueConstraint(
                fields=["library", "first", "last", "weekday"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_closure_a_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.library_id} {self.first} {self.last} {self.weekday}"


class SchoolTerm(models.Model):
    """When the schools are in term; some rounds go only then."""

    name = models.CharField(max_length=200)
    first = models.DateField()
    last = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="a_term_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    pass


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in: staff by username and password, a resident by her library card."""

    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    # A resident only: which organisation's library system knows her, and by which card.
    card_organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT)
    card_number = models.CharField(max_length=60, blank=True)
    home_library = models.ForeignKey(Library, null=True, on_delete=models.SET_NULL)
    last_seen_on = models.DateField(null=True)  # for erasure on schedule

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        verbose_name_plural = "people"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["card_organisation", "card_number"],
                condition=~models.Q(card_number=""),
                name="one_person_a_card",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def is_staff(self) -> bool:
        """Wagtail and Django ask for this: who may see an administration interface at all."""
        return (
            self.is_superuser
            or self.roles.filter(
                role__in=[Role.WEB_EDITOR.value, Role.ADMINISTRATOR.value]
            ).exists()
        )


class RoleAssignment(models.Model):
    """A role somebody holds at a library, in an organisation, or (neither) in the whole region."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE)
    library = models.ForeignKey(Library, null=True, on_delete=models.CASCADE)

    class Meta:
        constraints: ClassVar = [
            # Three, since SQLite cannot be told that two nulls are the same.
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=models.Q(organisation=None, library=None),
                name="one_role_in_the_region",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "organisation"],
                condition=models.Q(organisation__isnull=False, library=None),
                name="one_role_an_organisation",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "library"],
                condition=models.Q(library__isnull=False),
                name="one_role_a_library",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class AuditEntry(models.Model):
    """What somebody changed, written in the transaction of the change. No personal data in it."""

    at = models.DateTimeField()
    actor = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL)  # null: the system
    action = models.CharField(max_length=60)  # the service's name: lending.pick
    subject = models.CharField(max_length=100)  # what it was done to: patron_request:12
    detail = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "at"], name="audit_by_subject")]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.at} {self.action} {self.subject}"


class DemoClock(models.Model):
    """How far the demo's clock stands from the real one; one row at the most, only in the demo."""

    offset_seconds = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="only_one_demo_clock")
        ]

    def __str__(self) -> str:
        return f"{self.offset_seconds} s"
