"""Owns the security headers of every answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
#: The handheld's form engine reads a form's conditions with a parser in WebAssembly. The word lets a program of ours
#: compile that; no text becomes JavaScript by it.
HANDHELD = "/handheld/"
HANDHELD_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
HEADERS = {
    "Content-Security-Policy": POLICY,
    # Same-origin, not none: without it a browser sends a null origin with forms, and they are refused.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def headers_at(path: str) -> dict[str, str]:
    """Return the security headers of an answer at a path."""
    return HEADERS | {"Content-Security-Policy": HANDHELD_POLICY} if path.startswith(HANDHELD) else HEADERS


class SecurityHeaders:
    """Adds the headers; pages with data are never kept by a cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request and add what is missing."""
        response = self.get_response(request)
        for name, value in headers_at(request.path).items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
