"""The guard between two networks, as ``gapura guard run`` serves it."""

from gapura.config import wsgi  # the same house, loaded and frozen the same way
from gapura.kernel.nodes.endpoints import guard_port

__all__ = ["application", "wsgi"]

application = guard_port
