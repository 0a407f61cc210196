import hashlib
import json
from datetime import date

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ALWAYS = date(2000, 1, 1)


def give_days(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    """The first network holds always; each later one from the day on which it was loaded."""
    versions = apps.get_model("transport", "NetworkVersion")
    for number, version in enumerate(versions.objects.order_by("pk")):
        version.name = version.made_at.date().isoformat()
        version.valid_from = version.made_at.date() if number else ALWAYS
        version.published_at = version.made_at
        written = json.dumps(version.content, sort_keys=True)
        version.fingerprint = hashlib.sha256(written.encode()).hexdigest()
        version.save()


class Migration(migrations.Migration):
    dependencies = [
        ("transport", "0001_initial"),
    ]

    operations = [
        migrations.RenameField("NetworkVersion", "loaded_at", "made_at"),
        migrations.AddField(
            "NetworkVersion", "name", models.CharField(max_length=100, default=""), False
        ),
        migrations.AddField(
            "NetworkVersion",
            "status",
            models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("published", "Published"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="published",
                max_length=10,
            ),
        ),
        migrations.AddField(
            "NetworkVersion",
            "origin",
            models.CharField(
                choices=[("folder", "Folder"), ("page", "Page"), ("plan", "Plan")],
                default="folder",
                max_length=10,
            ),
        ),
        migrations.AddField("NetworkVersion", "valid_from", models.DateField(null=True)),
        migrations.AddField("NetworkVersion", "published_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "NetworkVersion", "fingerprint", models.CharField(max_length=64, default=""), False
        ),
        migrations.RunPython(give_days, migrations.RunPython.noop),
        migrations.AddIndex(
            "NetworkVersion",
            models.Index(
                condition=models.Q(("status", "published")),
                fields=["valid_from"],
                name="networks_in_force",
            ),
        ),
        migrations.AddConstraint(
            "NetworkVersion",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "published"), _negated=True),
                    models.Q(("published_at__isnull", False), ("valid_from__isnull", False)),
                    _connector="OR",
                ),
                name="a_published_network_has_its_day",
            ),
        ),
    ]
