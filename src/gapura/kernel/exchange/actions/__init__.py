"""What the exchange does: keep agreements, log what is asked, answer it."""

from gapura.kernel.exchange.actions.agreements import adopt_agreements as adopt_agreements
from gapura.kernel.exchange.actions.agreements import give_up_agreement as give_up_agreement
from gapura.kernel.exchange.actions.agreements import resume_agreement as resume_agreement
from gapura.kernel.exchange.actions.agreements import suspend_agreement as suspend_agreement
from gapura.kernel.exchange.actions.answering import LogNotCommitted as LogNotCommitted
from gapura.kernel.exchange.actions.answering import answer_each as answer_each
from gapura.kernel.exchange.actions.answering import answer_requests as answer_requests
from gapura.kernel.exchange.actions.answering import note_answer_times as note_answer_times
from gapura.kernel.exchange.actions.asking import ask_question as ask_question
from gapura.kernel.exchange.actions.asking import open_requests as open_requests
from gapura.kernel.exchange.actions.asking import request_evidence as request_evidence
from gapura.kernel.exchange.actions.asking import request_evidence_together as request_evidence_together
