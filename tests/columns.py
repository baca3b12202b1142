"""What the clerk does when a channel's first list asks which column is what: takes the proposal as it stands."""

import re
from html import unescape

from django.test import Client

SELECT = re.compile(r'<select[^>]* name="(field-[^"]*)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected>')


def proposed(page: str) -> dict[str, str]:
    """Return {field of the form: what is proposed} as the page shows it."""
    return {
        unescape(name): chosen[1]
        for name, options in SELECT.findall(page)
        if (chosen := CHOSEN.search(options))
    }


def confirmed(client: Client, sent: object) -> object:
    """Return the answer to an upload; one that asks for the columns is answered with what it proposes."""
    if getattr(sent, "status_code", 0) != 302 or not sent.url.endswith("/mapping"):  # type: ignore[attr-defined]
        return sent
    page = client.get(sent.url).content.decode()  # type: ignore[attr-defined]
    return client.post(sent.url, proposed(page))  # type: ignore[attr-defined]
