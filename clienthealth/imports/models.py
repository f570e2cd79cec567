"""What came in by file: one record per import, with what it did and what taking it back needs."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.rights import Right, may
from clienthealth.base.constraints import within
from clienthealth.base.text import LINE


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
