"""Who may open the portal's own pages: everyone."""

from tests.access import OPEN, row

ACCESS = {
    "portal:home": row(OPEN),
    "portal:systems": row(OPEN),
    "portal:about": row(OPEN),
}
