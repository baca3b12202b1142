"""Owns the jobs Procrastinate runs: drains, the sealer, heads, what is due. One job is never one fact."""

from procrastinate.contrib.django import app

from gridward.dispatch import api as dispatch
from gridward.field import api as field
from gridward.intake import api as intake
from gridward.kernel import clock, outbox
from gridward.kernel.ledger import heads, sealer
from gridward.registry import api as registry


@app.task(queue="drain", queueing_lock="drain", name="gridward.drain")
def drain() -> None:
    """Deliver waiting facts."""
    outbox.drain_all()


@app.periodic(cron="* * * * * */5")
@app.task(queue="ledger", queueing_lock="seal", name="gridward.seal")
def seal(timestamp: int) -> None:
    """Give chain positions to the ledger entries whose transactions have ended."""
    sealer.seal_waiting()


@app.periodic(cron="* * * * *")
@app.task(queue="ledger", queueing_lock="heads", name="gridward.heads")
def export_heads(timestamp: int) -> None:
    """Sign the newest head and write it outside the database."""
    heads.sign_and_export_default()


@app.periodic(cron="* * * * *")
@app.task(queue="drain", queueing_lock="sweep", name="gridward.sweep")
def sweep(timestamp: int) -> None:
    """Drain what a missed bell left waiting, and what failed and has waited long enough."""
    outbox.drain_all()


@app.periodic(cron="* * * * *")
@app.task(queue="drain", queueing_lock="release", name="gridward.release_due")
def release_due(timestamp: int) -> None:
    """Give tasks whose time has come to their workers, for example when quiet time ends, and follow the roster."""
    dispatch.tasks_follow_roster(now=clock.now())
    dispatch.tasks_release_due(now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queue="drain", queueing_lock="return_handovers", name="gridward.return_handovers")
def return_handovers(timestamp: int) -> None:
    """Leave hand-overs that nobody took in time to the street above both sides."""
    dispatch.handovers_return_due(now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queue="drain", queueing_lock="rise", name="gridward.rise")
def rise(timestamp: int) -> None:
    """Remind of tasks at half their time; raise what is not done, and whistles not answered, to the next level."""
    dispatch.tasks_rise(now=clock.now())
    dispatch.whistles_rise(now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queue="drain", queueing_lock="help_rise", name="gridward.help_rise")
def help_rise(timestamp: int) -> None:
    """Let calls for help that nobody took in five minutes lie with the street as well."""
    field.help_rise(now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queue="counts", queueing_lock="fold_counts", name="gridward.fold_counts")
def fold_counts(timestamp: int) -> None:
    """Put together what places and lists have counted row by row, so that pages have little to add up."""
    dispatch.counts_fold()
    intake.counts_fold()


@app.periodic(cron="* * * * * */10")
@app.task(queue="push", queueing_lock="push", name="gridward.push")
def push_outcomes(timestamp: int) -> None:
    """Push outcomes to the departments that want that, and try again what did not arrive."""
    intake.deliveries_send(now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queue="register", queueing_lock="index_keys", name="gridward.index_keys")
def index_keys(timestamp: int) -> None:
    """Build the indexes of the blind keys when an import that was killed left them missing and none runs."""
    registry.key_indexes_mend()


@app.periodic(cron="*/5 * * * *")
@app.task(queue="counts", queueing_lock="expire_lists", name="gridward.expire_lists")
def expire_lists(timestamp: int) -> None:
    """Throw lists away whose columns nobody confirmed within a day."""
    intake.batches_expire(now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queue="watch", queueing_lock="watch", name="gridward.watch")
def watch_folders(timestamp: int) -> None:
    """Receive the lists that departments' machines have put into their channels' folders."""
    intake.folders_receive(now=clock.now())
