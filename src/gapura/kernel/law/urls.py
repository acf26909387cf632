from django.urls import path

from gapura.kernel.law.views import benefits, rules

app_name = "law"
urlpatterns = [
    path("law/", rules.show_index, name="index"),
    path("law/what-may-i-get/", benefits.find_benefits, name="benefits"),
    path("law/what-may-i-get/filled-in/", benefits.fill_in_benefits, name="fill-in-benefits"),
    path("law/what-may-i-get/next/", benefits.go_on_with_benefits, name="go-on-with-benefits"),
    path("law/<slug:name>/", rules.show_rule, name="rule"),
]
