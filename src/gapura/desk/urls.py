from django.urls import path

from gapura.desk.views import absences, approvals, case_lines, cases, lines, work

app_name = "desk"
urlpatterns = [
    path("", cases.show_basket, name="basket"),
    path("work/", work.show_work, name="work"),
    path("cases/<str:number>/", cases.show_case, name="case"),
    path("cases/<str:number>/photos/<str:code>.jpg", cases.show_photo, name="photo"),
    path("cases/<str:number>/line/", case_lines.start_case_line, name="case-line"),
    path("cases/<str:number>/<slug:action>/", cases.act_on_case, name="case-action"),
    path("lines/", lines.show_lines, name="lines"),
    path("lines/<str:number>/", lines.show_line, name="line"),
    path("lines/<str:number>/route/", lines.change_route, name="line-route"),
    path("lines/<str:number>/path.json", lines.download_path, name="line-path"),
    path("lines/<str:number>/path.p7s", lines.download_seal, name="line-seal"),
    path("lines/<str:number>/versions/<int:version>/", lines.download_version, name="line-version"),
    path("absences/", absences.keep_absences, name="absences"),
    path("approvals/", approvals.list_approvals, name="approvals"),
    path("approvals/<int:request_id>/", approvals.decide_approval, name="approval"),
]
