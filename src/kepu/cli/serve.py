"""What granian's processes load: the site, in a process that does not outlive the one that started it."""

import gc

from kepu.cli.supervise import die_with_parent
from kepu.config.wsgi import application

__all__ = ["application"]

_OBJECTS_BETWEEN_LOOKS = 20_000

die_with_parent()
# What was loaded stays: the collector need not look at it again for every few hundred objects of a request.
gc.collect()
gc.freeze()
gc.set_threshold(_OBJECTS_BETWEEN_LOOKS, 20, 20)
