"""Somebody who asks the doors of the house."""

from django.http import HttpResponse
from django.test import Client


class Visitor(Client):
    """A client with one way to post, so that the asking has no branches."""

    def generic_post(self, path: str, data: dict[str, object]) -> HttpResponse:
        if path.startswith("/api/"):
            return self.post(path, data, content_type="application/json")
        return self.post(path, data)
