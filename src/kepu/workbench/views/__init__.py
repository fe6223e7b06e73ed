"""Pages of the workbench."""

from kepu.workbench.views import account, audit, doors, home, organisations, people, regions, tokens

__all__ = ["account", "audit", "doors", "home", "organisations", "people", "regions", "tokens"]
