"""Grants besides the network, and the version up to which somebody looked at the code.

Going back loses the new grants; what was granted of the network stays.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_what_was_granted(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """The network was granted to whole templates: it goes on for the versions there are."""
    blueprints = apps.get_model("blueprints", "Blueprint")
    for blueprint in blueprints.objects.filter(allow_network=True):
        newest = blueprint.versions.order_by("-number").values_list("number", flat=True).first()
        blueprints.objects.filter(pk=blueprint.pk).update(granted_version=newest)


class Migration(migrations.Migration):
    dependencies = [("blueprints", "0003_bundled_names_are_unique")]

    operations = [
        migrations.AddField(
            model_name="blueprint",
            name="allow_root",
            field=models.BooleanField(default=False, help_text="Runs may change owners and users, as root does"),
        ),
        migrations.AddField(
            model_name="blueprint",
            name="allow_fuse",
            field=models.BooleanField(default=False, help_text="Runs may mount file systems (/dev/fuse, SYS_ADMIN)"),
        ),
        migrations.AddField(
            model_name="blueprint",
            name="granted_version",
            field=models.IntegerField(
                blank=True,
                help_text="Number of the last version that these hold for; of no effect when bundled",
                null=True,
            ),
        ),
        migrations.RunPython(keep_what_was_granted, migrations.RunPython.noop),
    ]
