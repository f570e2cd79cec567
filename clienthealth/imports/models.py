"""What came in by file: one record per import, with what it did."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clienthealth.base.constraints import within
from clienthealth.base.text import LINE


class Import(models.Model):
    """One file or folder that was read, with the counts and rejections of each of its files in `report`.

    Its accepted rows became visible together, in the transaction that wrote this record.
    """

    name = models.CharField(_("file"), max_length=LINE)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    report = models.JSONField(default=list)

    class Meta:
        ordering = ["-pk"]
        constraints = [within("import_lengths", name=LINE)]

    def __str__(self) -> str:
        return self.name
