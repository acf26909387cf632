from django.urls import path

from gapura.sectors.office.views import public

app_name = "public-documents"
urlpatterns = [
    path("", public.show_list, name="list"),
    path("list.csv", public.send_csv, name="csv"),
    path("list.json", public.send_json, name="json"),
    path("feed.xml", public.send_feed, name="feed"),
    path("<str:code>/", public.show_document, name="document"),
    path("<str:code>/file/", public.fetch_document, name="file"),
    path("<str:code>/files/<str:file_code>/", public.fetch_file, name="attachment"),
]
