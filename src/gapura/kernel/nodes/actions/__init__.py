"""What a node does: send, receive, seal its log, take a new registry."""

from gapura.kernel.nodes.actions.receiving import Answered as Answered
from gapura.kernel.nodes.actions.receiving import ReceivedMessage as ReceivedMessage
from gapura.kernel.nodes.actions.receiving import receive_message as receive_message
from gapura.kernel.nodes.actions.sealing import seal_messages as seal_messages
from gapura.kernel.nodes.actions.sending import PreparedMessage as PreparedMessage
from gapura.kernel.nodes.actions.sending import deliver_in_bulk as deliver_in_bulk
from gapura.kernel.nodes.actions.sending import deliver_message as deliver_message
from gapura.kernel.nodes.actions.sending import prepare_in_bulk as prepare_in_bulk
from gapura.kernel.nodes.actions.sending import prepare_message as prepare_message
from gapura.kernel.nodes.actions.sending import send_message as send_message
from gapura.kernel.nodes.actions.updating import update_registry as update_registry
