from django.urls import path

from gapura.sectors.office.views import letters

app_name = "letters"
urlpatterns = [
    path("", letters.show_letters, name="list"),
    path("new/", letters.start, name="start"),
    path("received/<str:code>/", letters.show_received, name="received"),
    path("received/<str:code>/file/", letters.fetch_received, name="received-file"),
    path("received/<str:code>/note/", letters.fetch_raised_note, name="received-note"),
    path("<str:code>/", letters.show_letter, name="letter"),
    path("<str:code>/to/", letters.choose_addressee, name="to"),
    path("<str:code>/write/", letters.write, name="write"),
    path("<str:code>/files/", letters.add_file, name="add-file"),
    path("<str:code>/files/<str:file_code>/", letters.fetch_file, name="file"),
    path("<str:code>/files/<str:file_code>/remove/", letters.remove_file, name="remove-file"),
    path("<str:code>/discard/", letters.discard, name="discard"),
    path("<str:code>/withdraw/", letters.withdraw, name="withdraw"),
]
