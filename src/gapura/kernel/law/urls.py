from django.urls import path

from gapura.kernel.law.views import benefits, rules

app_name = "law"
urlpatterns = [
    path("law/", rules.show_index, name="index"),
    path("law/what-may-i-get/", benefits.find_benefits, name="benefits"),
    path("law/<slug:name>/", rules.show_rule, name="rule"),
]
