"""Who works here (people) and who of them may sign in (users)."""

from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clienthealth.base.constraints import DAYS, within
from clienthealth.base.text import name_key


class Role(models.TextChoices):
    """What a user may see and do; the rules table is in `accounts.rights`."""

    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    OPS_DIRECTOR = "ops_director", _("Ops director")
    MEMBER = "member", _("Member")
    ADMIN = "admin", _("Admin")


class PersonQuerySet(models.QuerySet["Person"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class Person(models.Model):
    """Somebody whose time or clients are recorded. A person need not be able to sign in, nor have an e-mail address.

    `job_title` holds for every day before the first dated title (`JobTitle`).
    """

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    email = models.EmailField(_("e-mail"), max_length=254, null=True, blank=True)
    job_title = models.CharField(_("job title"), max_length=200, blank=True)
    is_active = models.BooleanField(_("works here"), default=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["name_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["email"], name="person_email_once"),
            models.CheckConstraint(condition=~Q(email=""), name="person_email_null_not_empty"),
            within("person_lengths", name=200, name_key=200, email=254, job_title=200),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        self.email = self.email.lower() if self.email else None
        super().save(*args, **kwargs)


class JobTitle(models.Model):
    """A person's job title from a day on (included): role cost rates follow it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="job_titles")
    job_title = models.CharField(_("job title"), max_length=200)
    effective_from = models.DateField(_("from"))

    class Meta:
        ordering = ["person", "effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["person", "effective_from"], name="job_title_once_a_day"),
            within("job_title_limits", job_title=200, effective_from=DAYS),
        ]

    def __str__(self) -> str:
        return self.job_title


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with a person of the same e-mail. Without a password nobody can sign in until one is set by mail."""
        email = email.strip().lower()
        name = fields.pop("name", "") or email.partition("@")[0]
        person, _created = Person.objects.get_or_create(email=email, defaults={"name": name})
        user = self.model(email=email, person=person, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """The first user of an installation: an admin, who sees no client figures."""
        fields.setdefault("role", Role.ADMIN)
        fields["is_superuser"] = True
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who may sign in, by e-mail. One person has at most one user."""

    class Digest(models.TextChoices):
        WEEKLY = "weekly", _("Every Monday")
        OFF = "off", _("Never")

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="user")
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MEMBER)
    is_active = models.BooleanField(_("may sign in"), default=True)
    # The default stands in the database too: what still runs on the code before this field adds users as well.
    digest = models.CharField(
        _("weekly digest"), max_length=6, choices=Digest, default=Digest.WEEKLY, db_default=Digest.WEEKLY
    )
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    class Meta:
        constraints = [
            within("user_lengths", email=254, role=Role.values),
            within("user_digest", digest=["weekly", "off"]),
        ]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.person.name

    def get_short_name(self) -> str:
        return self.person.name.split(" ")[0]

    @property
    def is_staff(self) -> bool:
        return self.role == Role.ADMIN
