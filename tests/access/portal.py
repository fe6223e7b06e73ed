"""Who may open the portal's own pages: everyone."""

from tests.access import OPEN, row

ACCESS = {
    "portal:verify_form": row(OPEN),
    "portal:verify": row(OPEN, args=lambda _world: ["ZYFW-2026-000001", "2345-6789-ABC8"]),
    "portal:home": row(OPEN),
    "portal:systems": row(OPEN),
    "portal:about": row(OPEN),
}
