"""Keeps forms with their versions, and where each is asked. No personal column: what is answered lies elsewhere."""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

VERSION, PLACE = "forms_formversion", "forms_formplace"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='FormVersion',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('form_code', models.TextField()),
                ('version', models.TextField()),
                ('title', models.TextField()),
                ('owner_code', models.TextField()),
                ('purpose', models.TextField()),
                ('replaces', models.TextField(db_default='')),
                ('state', models.TextField()),
                ('filename', models.TextField()),
                ('content_hash', models.TextField()),
                ('workbook', models.BinaryField()),
                ('xform', models.TextField()),
                ('questions', models.JSONField()),
                ('field_count', models.IntegerField()),
                ('sunset_at', models.DateTimeField()),
                ('drafted_by', models.UUIDField()),
                ('drafted_at', models.DateTimeField()),
                ('published_by', models.UUIDField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('ended_by', models.UUIDField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.TextField(db_default='')),
            ],
            options={
                'indexes': [models.Index(fields=['drafted_at', 'id'], name='form_drafted')],
                'constraints': [models.UniqueConstraint(fields=('form_code', 'version'), name='form_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('form_code',), name='form_published_once'), models.CheckConstraint(condition=models.Q(('published_by', None), models.Q(('published_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='form_has_a_second_pair_of_eyes'), models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('state', 'draft')), models.Q(('ended_at', None), ('published_at__isnull', False), ('state', 'published')), models.Q(('ended_at__isnull', False), ('state', 'ended')), _connector='OR'), name='form_state_says_what_happened')],
            },
        ),
        migrations.CreateModel(
            name='FormPlace',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('area_code', models.TextField()),
                ('area_pos', models.BigIntegerField()),
                ('area_end', models.BigIntegerField()),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forms.formversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'area_code'), name='form_place_once')],
            },
        ),
        walls.build(
            [
                f"revoke all on {VERSION}, {PLACE} from public;",
                walls.grant(f"{VERSION}, {PLACE}", "select", walls.CENTRE, walls.WORKER, walls.AUDIT, walls.JOB),
                walls.grant(f"{VERSION}, {PLACE}", "insert", walls.CENTRE),
                # What a form asks is never changed: a new version is.
                walls.grant(
                    VERSION,
                    "update",
                    walls.CENTRE,
                    columns=(
                        "state", "published_by", "published_at", "ended_by", "ended_at", "end_reason",
                    ),
                ),
                f"grant usage on sequence {PLACE}_id_seq to {walls.CENTRE};",
            ]
        ),
    ]
