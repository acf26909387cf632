from django.urls import path

from gapura.sectors.tax.views import accounts, desk, returns

app_name = "tax"

_RETURN = "tax/returns/<slug:code>/<str:period>"
_ACCOUNT = "tax/accounts/<slug:owner>"
_LOOK_UP = "desk/tax/look-ups/<slug:number>"
urlpatterns = [
    path("tax/", accounts.show_account, name="account"),
    path(f"{_ACCOUNT}/", accounts.show_account, name="accounts"),
    path(f"{_ACCOUNT}/pay/", accounts.pay, name="pay"),
    path(f"{_ACCOUNT}/later/", accounts.pay_later, name="pay-later"),
    path(f"{_ACCOUNT}/<slug:tax>/<slug:period>/", accounts.show_period, name="period"),
    path(f"{_ACCOUNT}/<slug:tax>/<slug:period>/refund/", accounts.refund, name="refund"),
    path("desk/tax/", desk.show_desk, name="desk"),
    path(f"{_LOOK_UP}/", desk.show_look_up, name="look-up"),
    path(f"{_LOOK_UP}/<slug:tax>/<slug:period>/", desk.show_ledger, name="ledger"),
    path(f"{_LOOK_UP}/<slug:tax>/<slug:period>/audit/", desk.propose, name="propose-audit"),
    path(f"{_LOOK_UP}/<slug:tax>/<slug:period>/write-off/", desk.propose_giving_up, name="write-off"),
    path(f"{_LOOK_UP}/<slug:tax>/<slug:period>/steps/<slug:step>/", desk.collect, name="collect"),
    path("desk/tax/refunds/<slug:number>/", desk.show_request, {"kind": "refund"}, name="desk-refund"),
    path("desk/tax/plans/<slug:number>/", desk.show_request, {"kind": "plan"}, name="desk-plan"),
    path("desk/tax/audits/<slug:number>/", desk.show_request, {"kind": "audit"}, name="desk-audit"),
    path("desk/tax/statistics/", desk.show_statistics, name="statistics"),
    path("desk/tax/statistics.csv", desk.fetch_statistics, name="statistics-csv"),
    path("tax/returns/", returns.show_returns, name="returns"),
    path(f"{_RETURN}/", returns.show_return, name="return"),
    path(f"{_RETURN}/prepare/", returns.prepare, name="prepare-return"),
    path(f"{_RETURN}/file/", returns.file, name="file-return"),
    path(f"{_RETURN}/discard/", returns.discard, name="discard-return"),
    path(f"{_RETURN}/accept/", returns.accept, name="accept-news"),
    path(f"{_RETURN}/items/<int:position>/", returns.change_item, name="return-item"),
    path(f"{_RETURN}/items/<int:position>/leave-out/", returns.leave_out_item, name="leave-out-item"),
    path(f"{_RETURN}/items/<int:position>/restore/", returns.restore, name="restore-item"),
    path(f"{_RETURN}/add/<slug:item_code>/", returns.add, name="add-item"),
    path(f"{_RETURN}/versions/<int:number>/", returns.show_version, name="return-version"),
    path(f"{_RETURN}/explanation/<str:figure>/", returns.explain_draft, name="explain-return"),
    path(f"{_RETURN}/versions/<int:number>/explanation/<str:figure>/", returns.explain_version, name="explain-version"),
    path(f"{_RETURN}/versions/<int:number>/receipt/", returns.fetch_receipt, name="return-receipt"),
]
