"""What a browser may load, run and send to."""

from collections.abc import Iterable
from typing import Any

from csp.constants import NONCE, NONE, SELF


def content_security_policy(*, form_targets: Iterable[str] = (), media_hosts: Iterable[str] = ()) -> dict[str, Any]:
    """The policy of every page, as django-csp wants it.

    Args:
        form_targets: origins to which a form may lead, as those of an identity service: browsers follow a redirect only there.
        media_hosts: origins of the operator's media servers; a stream is fetched by script and handed to the player as a blob.
    """
    hosts = list(media_hosts)
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "script-src": [SELF, NONCE],
            "style-src": [SELF],
            "img-src": [SELF, "data:"],
            "font-src": [SELF],
            "connect-src": [SELF, *hosts],
            "media-src": [SELF, *hosts, *(["blob:"] if hosts else [])],
            "object-src": [NONE],
            "frame-ancestors": [NONE],
            "form-action": [SELF, *form_targets],
            "base-uri": [NONE],
        },
    }
