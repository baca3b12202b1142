"""Keeps what goes out to each worker at set times: the plan of a batch and the order of its walk."""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

READERS = (walls.CENTRE, walls.JOB)
OWN = "account_id = (select kernel_scope_account())"


class Migration(migrations.Migration):

    dependencies = [
        ('dispatch', '0009_door_looks'),
    ]

    operations = [
        migrations.CreateModel(
            name='DayPlan',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('order_id', models.UUIDField()),
                ('account_id', models.UUIDField()),
                ('area_pos', models.BigIntegerField()),
                ('plan_date', models.DateField()),
                ('batch_hour', models.IntegerField()),
                ('released_at', models.DateTimeField()),
                ('fresh_count', models.IntegerField()),
                ('held_count', models.IntegerField()),
                ('over_count', models.IntegerField()),
                ('metres', models.IntegerField()),
                ('arrival_metres', models.IntegerField()),
                ('minutes', models.IntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['area_pos', 'plan_date'], name='dayplan_area'), models.Index(fields=['account_id', 'released_at'], name='dayplan_account')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('batch_hour__gte', 0)), fields=('order_id', 'account_id', 'plan_date', 'batch_hour'), name='one_batch_a_worker_and_time')],
            },
        ),
        migrations.CreateModel(
            name='PlanStop',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('area_pos', models.BigIntegerField()),
                ('task_id', models.UUIDField()),
                ('place', models.IntegerField()),
                ('plan', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dispatch.dayplan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'place'), name='one_task_a_place')],
            },
        ),
        walls.build(
            [
                walls.shut("dispatch_dayplan"),
                walls.shut("dispatch_planstop"),
                walls.grant("dispatch_dayplan, dispatch_planstop", "select", *READERS, walls.WORKER),
                walls.grant("dispatch_dayplan, dispatch_planstop", "insert", walls.JOB),
                walls.grant("dispatch_planstop_id_seq", "usage", walls.JOB),
                walls.by_range("dispatch_dayplan", *READERS),
                walls.by_range("dispatch_planstop", *READERS),
                # A worker sees the own plans and nobody else's, whoever else works in the grid.
                walls.policy("dispatch_dayplan", "own_plan", OWN, walls.WORKER, command="select"),
                walls.policy(
                    "dispatch_planstop", "own_plan", "plan_id in (select id from dispatch_dayplan)", walls.WORKER,
                    command="select",
                ),
            ]
        ),
    ]
