"""How often one visitor may ask, or try codes: counted by hour under a hash that says nothing of the visitor."""

from django.core.cache import cache
from django.utils.translation import gettext as _

from kepu.foundation.clock import now
from kepu.oversight.errors import TooManyAttempts
from kepu.oversight.queries import optional_days

AN_HOUR = 60 * 60


def check_turns(action: str, visitor: str) -> None:
    """Refuse a visitor who used up this hour's turns.

    Args:
        action: `asks` or `wrong_codes`; the parameter `oversight.<action>_per_hour` says how many.
        visitor: hash of the visitor's address (`oversight.http.visitor_of`); empty for the house itself.

    Raises:
        TooManyAttempts: no turn is left; nothing was lost.
    """
    most = optional_days(f"oversight.{action}_per_hour")
    if visitor and most is not None and cache.get(_key(action, visitor), 0) >= most:
        raise TooManyAttempts(
            _("同一网络地址一小时最多 %(most)d 次，请过一小时再试；您写的字还在这里。") % {"most": most}
        )


def use_turn(action: str, visitor: str) -> None:
    """Count one turn of a visitor."""
    if visitor:
        key = _key(action, visitor)
        cache.set(key, cache.get(key, 0) + 1, AN_HOUR)


def _key(action: str, visitor: str) -> str:
    return f"oversight:{action}:{visitor}:{now():%Y%m%d%H}"
