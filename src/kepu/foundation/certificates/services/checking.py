"""Check a certificate by its number and its code, as often as one visitor may."""

import secrets

from django.core.cache import cache
from django.utils.translation import gettext as _

from kepu.foundation.certificates.choices import Verdict
from kepu.foundation.certificates.errors import TooManyChecks
from kepu.foundation.certificates.queries import Checked, certificate_numbered, what_is_shown
from kepu.foundation.certificates.rules import read_code
from kepu.foundation.codes.queries import parameter

AN_HOUR = 60 * 60


def check_certificate(number: str, code: str, *, visitor: str) -> Checked:
    """Say whether a certificate is genuine: a number alone, or a code alone, says nothing.

    Args:
        number: as typed.
        code: as typed.
        visitor: hash of the visitor's address; checks are counted under it for an hour.

    Raises:
        TooManyChecks: this visitor checked too often within the hour.
    """
    key = f"certificates.checks.{visitor}"
    most = int(parameter("certificates.checks_per_hour").value)
    cache.add(key, 0, AN_HOUR)
    if cache.incr(key) > most:
        raise TooManyChecks(
            _("这一小时查得太多了（最多 %(most)d 次），请过一会儿再查，或打出具单位的电话核对。") % {"most": most}
        )
    typed = read_code(code)
    if typed is None:
        return Checked(Verdict.UNKNOWN, _("查验码应是 12 位，这一个写得不对，请对照证书再看一遍。"))
    certificate = certificate_numbered(number)
    is_right = secrets.compare_digest(certificate.code if certificate else "", typed)
    if certificate is None or not is_right:
        return Checked(Verdict.UNKNOWN, _("查不到这份证书：编号和查验码对不上。请核对；仍查不到，它就不是本站出具的。"))
    return what_is_shown(certificate)
