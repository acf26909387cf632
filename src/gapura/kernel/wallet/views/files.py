"""The sealed bytes of a paper that was handed on, exactly as stored."""

from django.http import HttpResponse

from gapura.foundation import clock
from gapura.foundation.isolation import as_house
from gapura.kernel.documents.actions import count_use
from gapura.kernel.documents.queries import Document, get_content
from gapura.kernel.documents.types import UseKind


@as_house("the delivery has judged that this reader is given the paper")
def hand_out(document: Document) -> HttpResponse:
    """The file to keep; counted as a download."""
    count_use(code=document.code, how=UseKind.DOWNLOAD, now=clock.now())
    headers = {
        "Content-Disposition": f'attachment; filename="{document.service_code}-{document.code}.pdf"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(get_content(document), content_type="application/pdf", headers=headers)
