"""What came in by file: one record per import, with what it did and what taking it back needs."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.rights import Right, may
from clienthealth.base.constraints import within
from clienthealth.base.text import LINE, NOTE
from engagements.models import Client


class ImportQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Imports and uploads name clients of everybody, so only those see them who may bring files in."""
        return self.all() if may(user, Right.IMPORT_FILES) else self.none()


class Import(models.Model):
    """One file or folder that was read, with the counts and rejections of each of its files in `report`.

    Its accepted rows became visible together, in the transaction that wrote this record. `digest` is the SHA-256 of
    the file, empty for a folder. Its time entries carry its number and lie between `first_entry` and `last_entry`
    (keys, both included; None: it brought none). `is_recorded` tells whether everything it did can be taken back;
    `undo_report` says what undoing it did.
    """

    class State(models.TextChoices):
        IMPORTED = "imported", _("imported")
        UNDONE = "undone", _("undone")

    name = models.CharField(_("file"), max_length=LINE)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    report = models.JSONField(default=list)
    preset = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    first_entry = models.BigIntegerField(null=True)
    last_entry = models.BigIntegerField(null=True)
    is_recorded = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.IMPORTED)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    undo_report = models.JSONField(default=dict)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["digest"], name="import_of_file")]
        constraints = [
            within("import_lengths", name=LINE),
            within("import_limits", preset=40, digest=64, state=["imported", "undone"]),
        ]

    def __str__(self) -> str:
        return self.name


class RowChange(models.Model):
    """What an import did to one row that is no time entry: made, changed or removed it.

    `before` and `after` are values by column as JSON holds them: of a changed row only the columns that changed, of a
    new one what it was made with, of a removed one everything. Gone once the import is undone.
    """

    class Action(models.TextChoices):
        CREATED = "created"
        CHANGED = "changed"
        REMOVED = "removed"

    of = models.ForeignKey(Import, models.CASCADE, related_name="row_changes", db_index=False)
    model = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    action = models.CharField(max_length=7, choices=Action)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["of", "model", "action"], name="row_changes_of_import")]
        constraints = [within("row_change_limits", model=60, action=["created", "changed", "removed"])]

    def __str__(self) -> str:
        return f"{self.action} {self.model} {self.row_id}"


class Upload(models.Model):
    """A file somebody sent by the page, from its first byte to the import that came of it.

    `answers` is what the person settled (encoding, date_order, currency, kind, names), `preview` what the file would
    do, `refusal` why it cannot be read, `question` what has to be answered first. `version` guards against lost answers
    and double confirmations; background work carries the version it was put for.
    """

    class State(models.TextChoices):
        ARRIVING = "arriving", _("arriving")
        READING = "reading", _("being read")
        ASKING = "asking", _("has a question")
        REFUSED = "refused", _("cannot be read")
        READY = "ready", _("waiting for your decision")
        WRITING = "writing", _("being imported")
        DONE = "done", _("imported")

    name = models.CharField(_("file"), max_length=LINE)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ARRIVING)
    version = models.PositiveIntegerField(default=1)
    answers = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    question = models.JSONField(default=dict)
    refusal = models.TextField(blank=True)
    records_read = models.PositiveIntegerField(default=0)
    records_expected = models.PositiveIntegerField(default=0)
    imported = models.OneToOneField(Import, models.SET_NULL, null=True, related_name="upload")

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            within(
                "upload_limits",
                name=LINE,
                digest=64,
                refusal=NOTE,
                state=["arriving", "reading", "asking", "refused", "ready", "writing", "done"],
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_working(self) -> bool:
        """Whether the background has to do something before the person can."""
        return self.state in (self.State.READING, self.State.WRITING)


class UploadChunk(models.Model):
    """A piece of an uploaded file, or of the file of its rejected rows: web and worker may be different machines."""

    class Part(models.TextChoices):
        FILE = "file"
        REJECTED = "rejected"

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="chunks", db_index=False)
    part = models.CharField(max_length=8, choices=Part, default=Part.FILE)
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        ordering = ["upload", "part", "number"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "part", "number"], name="upload_chunk_once"),
            within("upload_chunk_limits", part=["file", "rejected"]),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.part} {self.number}"


class NameAlias(models.Model):
    """Whom a name in files stands for, where a person said so: a client or a person, found by the compared name."""

    class Kind(models.TextChoices):
        CLIENT = "client", _("client")
        PERSON = "person", _("person")

    kind = models.CharField(max_length=6, choices=Kind)
    name = models.CharField(_("name in files"), max_length=LINE)
    name_key = models.CharField(max_length=LINE, editable=False)
    client = models.ForeignKey(Client, models.CASCADE, null=True, related_name="aliases")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="aliases")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name_key"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name_key"], name="name_alias_once"),
            models.CheckConstraint(
                condition=Q(kind="client", client__isnull=False, person=None)
                | Q(kind="person", person__isnull=False, client=None),
                name="name_alias_has_one_target",
            ),
            within("name_alias_lengths", name=LINE, name_key=LINE),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.target}"

    @property
    def target(self) -> Client | Person | None:
        return self.client or self.person

    @property
    def target_id(self) -> int | None:
        return self.client_id or self.person_id


class Assignment(models.Model):
    """That somebody gave the entries of a project without a client to one; each entry was changed at that instant."""

    project = models.CharField(_("project"), max_length=LINE)
    client = models.ForeignKey(Client, models.CASCADE, related_name="assignments")
    entries = models.PositiveIntegerField()
    at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [within("assignment_lengths", project=LINE)]

    def __str__(self) -> str:
        return f"{self.project} → {self.client}"


AUDITED = [NameAlias, Assignment]
