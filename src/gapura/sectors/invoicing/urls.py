from django.urls import path

from gapura.sectors.invoicing import endpoints
from gapura.sectors.invoicing.views import changes, invoices, programs, receipts, writing

app_name = "invoicing"
urlpatterns = [
    path("invoices/", invoices.show_sales, name="sales"),
    path("invoices/inbox/", invoices.show_inbox, name="inbox"),
    path("invoices/disputes/", invoices.show_disputes, name="disputes"),
    path("invoices/months/", invoices.show_months, name="months"),
    path("invoices/write/", writing.write, name="write"),
    path("invoices/drafts/<int:draft_id>/drop/", writing.drop, name="drop"),
    path("invoices/upload/", programs.upload, name="upload"),
    path("invoices/keys/", programs.show_keys, name="keys"),
    path("invoices/keys/<str:code>/end/", programs.end, name="end-key"),
    path("invoices/receipts/", receipts.report, name="report"),
    path("invoices/<str:number>/", invoices.show_invoice, name="invoice"),
    path("invoices/<str:number>/paper/", invoices.fetch_paper, name="paper"),
    path("invoices/<str:number>/xml/", invoices.fetch_xml, name="xml"),
    path("invoices/<str:number>/seal/", invoices.fetch_seal, name="seal"),
    path("invoices/<str:number>/answer/", changes.answer, name="answer"),
    path("invoices/<str:number>/cancel/", changes.cancel, name="cancel"),
    path("invoices/<str:number>/correct/", changes.correct, name="correct"),
    path("receipts/", receipts.show_receipts, name="receipts"),
    path("receipts/consent/", receipts.change_consent, name="consent"),
    path("api/invoices/", endpoints.submit, name="api-submit"),
    path("api/invoices/<str:number>/", endpoints.show, name="api-invoice"),
]
