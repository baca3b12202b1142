"""URLs of intake."""

from django.urls import path

from gridward.intake.web import channels, lists, mapping, push, quality, returns, review

app_name = "intake"
urlpatterns = [
    path("lists", lists.batches, name="batches"),
    path("lists/new", lists.upload, name="upload"),
    path("lists/<str:batch_id>", lists.batch, name="batch"),
    path("lists/<str:batch_id>/mapping", mapping.mapping, name="mapping"),
    path("lists/<str:batch_id>/discard", mapping.discard, name="discard"),
    path("lists/<str:batch_id>/rejects.csv", lists.rejects, name="rejects"),
    path("channels", channels.channels, name="channels"),
    path("channels/<str:code>/let", channels.let_through, name="let_through"),
    path("review", review.queue, name="review"),
    path("review/undo", review.undo, name="undo"),
    path("review/<str:clue_id>", review.case, name="case"),
    path("review/<str:clue_id>/decide", review.decide, name="decide"),
    path("returns", returns.returns, name="returns"),
    path("push", push.push, name="push"),
    path("push/open", push.open_webhook, name="webhook_open"),
    path("push/<str:webhook_id>/end", push.end_webhook, name="webhook_end"),
    path("push/deliveries/<str:delivery_id>/retry", push.retry, name="delivery_retry"),
    path("quality", quality.channels, name="quality"),
    path("quality.csv", quality.download, name="quality_csv"),
    path("quality/<str:code>", quality.channel, name="quality_of"),
    path("returns/<str:batch_id>.csv", returns.download, name="returns_csv"),
    path("returns/<str:batch_id>", returns.answers, name="answers"),
]
