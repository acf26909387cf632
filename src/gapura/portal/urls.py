from django.urls import path

from gapura.portal import kiosk, views

app_name = "portal"
urlpatterns = [
    path("", views.show_home, name="home"),
    path("search/", views.search, name="search"),
    path("life-events/<slug:code>/", views.show_life_event, name="life-event"),
    path("cases/", views.show_cases, name="cases"),
    path("documents/", views.show_documents, name="documents"),
    path("documents/<str:code>/file/", views.download_document, name="document-file"),
    path("my-data/", views.show_my_data, name="my-data"),
    path("messages/", views.show_messages, name="messages"),
    path("messages/<int:message_id>/", views.show_message, name="message"),
    path("help/", views.show_text, {"template": "portal/help.html"}, name="help"),
    path("about/", views.show_text, {"template": "portal/about.html"}, name="about"),
    path("privacy/", views.show_text, {"template": "portal/privacy.html"}, name="privacy"),
    path("kiosk/", kiosk.show_start, name="kiosk"),
    path("kiosk/services/", kiosk.show_services, name="kiosk-services"),
    path("kiosk/pause/", kiosk.ask_presence, name="kiosk-pause"),
    path("accessibility/", views.show_text, {"template": "portal/accessibility.html"}, name="accessibility"),
]
