"""Counts what listeners fail on, so that one failing fact keeps no other waiting. Raises the table's walls."""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls


class Migration(migrations.Migration):
    """What listeners fail on."""

    dependencies = [
        ('kernel', '0003_scope_role'),
    ]

    operations = [
        migrations.CreateModel(
            name='Failure',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('listener', models.TextField()),
                ('attempt_count', models.IntegerField()),
                ('error', models.TextField()),
                ('failed_at', models.DateTimeField()),
                ('next_at', models.DateTimeField(null=True)),
                ('set_aside_at', models.DateTimeField(null=True)),
                ('fact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='kernel.fact')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('fact', 'listener'), name='failure_counted_once'), models.CheckConstraint(condition=models.Q(models.Q(('next_at__isnull', False), ('set_aside_at__isnull', True)), models.Q(('next_at__isnull', True), ('set_aside_at__isnull', False)), _connector='OR'), name='failure_waits_or_is_set_aside')],
            },
        ),
        walls.build([walls.grant("kernel_failure", "select, insert, update, delete", walls.APP)]),
    ]
