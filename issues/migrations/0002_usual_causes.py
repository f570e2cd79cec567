"""The causes people usually tag; an organisation may add its own."""

from typing import Any

from django.db import migrations

CAUSES = {
    "ours": [
        "long wait",
        "quality defect",
        "unclear information",
        "missed deadline",
        "missed promise",
        "rare contact",
        "our goal was not the client's goal",
        "expectations not set",
        "invoice error",
        "project neglected",
        "missing knowledge",
    ],
    "client": [
        "vague brief",
        "endless edits",
        "out-of-scope request",
        "contact outside agreed hours",
        "false urgency",
        "late input or approval",
        "late payment",
        "disrespect of people's time",
        "rejects our expertise",
        "ignores agreements",
        "public complaint",
    ],
    "either": [
        "expectation gap on deadline",
        "expectation gap on scope",
        "expectation gap on price",
        "change-the-manager request",
        "communication format",
        "terse contact",
        "client's hard circumstances",
    ],
}


def add_causes(apps: Any, schema_editor: Any) -> None:
    Cause = apps.get_model("issues", "Cause")
    rows = [
        # These names are their own keys: lower case, single spaces.
        Cause(name=name[0].upper() + name[1:], name_key=name, usual_side=side)
        for side, names in CAUSES.items()
        for name in names
    ]
    Cause.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("issues", "0001_initial")]
    operations = [migrations.RunPython(add_causes, migrations.RunPython.noop)]
