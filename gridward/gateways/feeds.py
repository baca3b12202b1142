"""
The wire to departments: posts what the house pushes, over HTTP.

Refuses redirects, long waits and long answers: whoever answers is somebody else's machine, and only the status counts.
"""

from collections.abc import Mapping

import urllib3

from gridward.kernel.ports import PostFailed

#: Seconds until connected, and seconds of silence.
TIMEOUT = urllib3.Timeout(connect=5, read=10)
_pool = urllib3.PoolManager(num_pools=20, maxsize=2, retries=False, timeout=TIMEOUT)


def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Answer the kernel's post port: post a body and return the status; nothing of the answer's body is read."""
    try:
        answer = _pool.request(
            "POST", url, body=body, headers=dict(headers), redirect=False, preload_content=False
        )
    except urllib3.exceptions.TimeoutError:
        raise PostFailed("timeout") from None
    except urllib3.exceptions.SSLError:
        raise PostFailed("certificate") from None
    except urllib3.exceptions.HTTPError:
        raise PostFailed("no_answer") from None
    try:
        return int(answer.status)
    finally:
        # What was not read cannot be left on a connection that is used again.
        answer.close()
