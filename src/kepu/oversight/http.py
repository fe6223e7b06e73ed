"""By what a visitor is known for an hour: a hash of the address, which cannot be read back."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from kepu.foundation.clock import today


def visitor_of(request: HttpRequest) -> str:
    """A hash of the visitor's address under the site's secret and the day; nothing of it is kept beyond an hour."""
    address = get_adapter().get_client_ip(request) or ""
    return salted_hmac("kepu.oversight.visitor", f"{today()}:{address}", algorithm="sha256").hexdigest()[:32]
