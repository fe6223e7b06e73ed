"""What granian's processes load: the site, in a process that does not outlive the one that started it."""

from kepu.cli.supervise import die_with_parent
from kepu.config.wsgi import application

__all__ = ["application"]

die_with_parent()
