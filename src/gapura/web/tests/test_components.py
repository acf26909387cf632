"""Form parts that a screen reader and a keyboard can follow."""

from django import forms
from django.template import engines
from django.utils import translation


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As in the register.")
    sex = forms.ChoiceField(label="Sex", choices=[("f", "Female"), ("m", "Male")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="I agree", required=False)


def draw(text: str, **context: object) -> str:
    with translation.override("en"):
        return engines.all()[0].from_string(text).render(context)


def draw_form(form: forms.Form) -> str:
    return draw(
        '{% from "components/forms.html" import error_summary, field %}'
        "{{ error_summary(form) }}{% for bound in form %}{{ field(bound) }}{% endfor %}",
        form=form,
    )


def test_a_field_has_its_label_and_names_its_hint() -> None:
    page = draw_form(Sample())
    assert '<label for="id_name">Name' in page
    assert 'id="id_name_helptext">As in the register.' in page
    assert 'aria-describedby="id_name_helptext"' in page
    assert "error-summary" not in page


def test_a_refused_form_says_what_is_wrong_first_and_leads_there() -> None:
    page = draw_form(Sample({"name": "", "sex": "x"}))
    assert page.index("autofocus") < page.index('href="#id_name"') < page.index('id="id_name"')
    assert 'href="#id_sex_0"' in page
    assert 'id="id_sex_0"' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'aria-invalid="true"' in page


def test_choices_stand_in_a_fieldset_with_a_legend() -> None:
    page = draw_form(Sample())
    assert "<legend>Sex" in page
    assert page.count('type="radio"') == 2


def test_what_need_not_be_filled_says_so() -> None:
    assert "(optional)" not in draw_form(Sample(initial={})).split("I agree")[0]
    optional = type("Optional", (forms.Form,), {"note": forms.CharField(label="Note", required=False)})
    assert "(optional)" in draw_form(optional())


def test_a_chart_carries_its_figures_as_a_table() -> None:
    page = draw(
        '{% from "components/charts.html" import bar_chart %}{{ bar_chart("Looks", "Month", "Sum", pairs) }}',
        pairs=[(("January 2026", "Jan"), 0), (("February 2026", "Feb"), 7)],
    )
    assert '<th scope="row">February 2026</th><td>7</td>' in page
    assert 'height="100.0"' in page
    assert 'height="0.0"' in page


def test_lines_carry_their_figures_as_a_table_and_stay_inside_the_picture() -> None:
    page = draw(
        '{% from "components/charts.html" import line_chart %}{{ line_chart("Cases", "Day", ["In", "Out"], points) }}',
        points=[{"name": f"May {n}", "label": "", "values": (n, 0)} for n in range(3)],
    )
    assert '<th scope="row">May 2</th><td>2</td><td>0</td>' in page
    assert 'points="10.0,125.0 180.0,75.0 350.0,25.0 "' in page


def test_empty_facts_are_left_out() -> None:
    page = draw(
        '{% from "components/lists.html" import definition_list %}{{ definition_list(pairs) }}',
        pairs=[("Known", "yes"), ("Unknown", "")],
    )
    assert "Known" in page
    assert "Unknown" not in page
