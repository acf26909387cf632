"""Where the house looks across agencies: every place is listed here with its reason."""

import re

from tools.tracked import list_files, show

# Work that crosses agencies by its nature. Each place judges access itself, and writes who looked.
AS_HOUSE = {
    "kernel/approvals/actions/absences.py": 1,  # a chain of substitutes is followed to its end
    "kernel/approvals/actions/acts.py": 1,  # whoever has a step acts on it, whatever agency drew the line
    "kernel/approvals/actions/following.py": 4,  # the clock, hand-overs and absences move steps of every agency
    "kernel/approvals/actions/lines.py": 7,  # who draws a line opens steps in the baskets of other agencies
    "kernel/approvals/queries/deputies.py": 1,  # who stands in for whom is for whoever waits for a signature
    "kernel/approvals/queries/lines.py": 6,  # whoever stands on a line reads it, whatever agency drew it
    "kernel/approvals/queries/lists.py": 1,  # the same, a page at a time
    "kernel/approvals/queries/paths.py": 3,  # the same; the command that checks every line
    "kernel/cases/actions/signatures.py": 1,  # who is asked signs under another's case; the consent judges
    "kernel/cases/queries/consents.py": 1,  # the same, to read what is asked
    "kernel/cases/queries/statistics.py": 1,  # sums of many cases of every agency, for everybody
    "kernel/credentials/actions/ending.py": 3,  # the clock and the registers end what wallets hold, whoever's it is
    "kernel/credentials/actions/issuing.py": 2,  # a wallet is nobody's account: code, digits, token and proof judge
    "kernel/credentials/actions/showing.py": 1,  # the same: what is shown proves itself
    "kernel/credentials/queries.py": 4,  # the same; a status list says of no number whose it is
    "kernel/documents/actions.py": 1,  # anybody who is shown a document may check it
    "kernel/documents/queries.py": 2,  # the same
    "kernel/editions/actions/steps.py": 1,  # what an agency agreed to goes to the authority's basket
    "kernel/editions/queries.py": 2,  # what every agency adopted is public
    "kernel/exchange/actions/answering.py": 2,  # whoever asked, how long the answer took and its failure are logged
    "kernel/exchange/actions/asking.py": 1,  # whoever asks, the request is logged
    "kernel/notifications/actions.py": 1,  # whoever moves a case, the person concerned is told
    "kernel/payments/actions/receipts.py": 1,  # money that no bill explains is nobody's yet
    "kernel/payments/actions/refunds.py": 1,  # the same, when two officials have decided where it goes
    "kernel/payments/queries/bills.py": 1,  # the same: every treasurer's task
    "kernel/photos/actions.py": 1,  # a picture is recognized whoever's photo it is; only that it is somebody's is told
    "kernel/production/queries.py": 1,  # anybody who is shown a card may ask whether it is in force
    "kernel/wallet/actions/sharing.py": 2,  # a receiver reads what the person shared with it; the sharing judges
    "kernel/wallet/actions/opening.py": 2,  # a receiver is given the paper of another agency; the delivery judges
    "sectors/invoicing/actions/papers.py": 1,  # an invoice's buyer is given the paper that its seller holds
    "sectors/invoicing/actions/receipts.py": 1,  # a seller reports to whose consent is asked there
    "sectors/invoicing/providers.py": 1,  # a business's months, to whom the exchange let ask
    "sectors/smart_work/actions/centers.py": 2,  # a center closes, and a seat goes, for officials of every agency
    "sectors/smart_work/queries/bookings.py": 1,  # a host lets in officials of every agency, today's alone
    "sectors/smart_work/queries/figures.py": 1,  # sums of every agency; whose they are is not read
    "sectors/withholding/queries/year_end.py": 1,  # whether somebody else counts a dependant; who it is, is not told
    "kernel/wallet/queries.py": 2,  # who has a link has no scope; link and page's key are compared by digest
    "kernel/wallet/views/files.py": 1,  # the bytes, after the delivery has judged
    "kernel/records/queries/disposal.py": 1,  # what is due lies in every agency's rows; only its number is told
    "kernel/records/queries/notices.py": 1,  # a clock runs whichever office works the case
    "sectors/office/actions/calendar.py": 1,  # a calendar program has no scope; its secret address was judged
    "sectors/office/actions/meetings.py": 6,  # who chairs or is invited may be of another agency
    "sectors/office/actions/minutes.py": 8,  # the same
    "sectors/office/actions/moving.py": 1,  # the same, a whole series
    "sectors/office/actions/notices.py": 2,  # the invited have it in their basket, of whichever agency
    "sectors/office/actions/raising.py": 1,  # a letter follows its class into the agency that received it
    "sectors/office/actions/replies.py": 2,  # the invited reply to a meeting of another agency; the invitation judges
    "sectors/office/actions/series.py": 1,  # the same as meetings.py
    "sectors/office/queries/calendar.py": 2,  # when somebody is busy, not with what; whose a feed is
    "sectors/office/queries/documents.py": 1,  # whoever is named reads the document, of whichever agency
    "sectors/office/queries/letters.py": 1,  # whoever was sent a letter learns that its class rose
    "sectors/office/queries/meetings.py": 10,  # the invited read a meeting of another agency; when somebody is busy
}


def test_the_places_that_work_as_the_house_are_these():
    found = {}
    for path in list_files("src/gapura/**.py"):
        times = len(re.findall(r"\bas_house\(", path.read_text()))
        if times and path.name != "isolation.py":
            found[show(path).removeprefix("src/gapura/")] = times
    assert found == AS_HOUSE
