"""The writes: offering, issuing, ending, and being shown."""

from gapura.kernel.credentials.actions.ending import clear_over as clear_over
from gapura.kernel.credentials.actions.ending import end_credentials_of as end_credentials_of
from gapura.kernel.credentials.actions.ending import recheck_credentials as recheck_credentials
from gapura.kernel.credentials.actions.ending import stop_credential as stop_credential
from gapura.kernel.credentials.actions.ending import tell_of_endings as tell_of_endings
from gapura.kernel.credentials.actions.issuing import issue_credential as issue_credential
from gapura.kernel.credentials.actions.issuing import redeem_offer as redeem_offer
from gapura.kernel.credentials.actions.offering import Offered as Offered
from gapura.kernel.credentials.actions.offering import offer_credential as offer_credential
from gapura.kernel.credentials.actions.showing import ask_to_show as ask_to_show
from gapura.kernel.credentials.actions.showing import take_showing as take_showing
