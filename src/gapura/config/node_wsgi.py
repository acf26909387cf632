"""The message port that ``gapura node run`` serves beside the portal."""

from gapura.config import wsgi  # the same house, loaded and frozen the same way
from gapura.kernel.nodes.endpoints import message_port

__all__ = ["application", "wsgi"]

application = message_port
