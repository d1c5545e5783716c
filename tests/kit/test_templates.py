"""What templates write: as MarkupSafe and WTForms would, but in less time."""

from __future__ import annotations

import jinja2
import pytest
from flask import render_template_string
from hypothesis import given, strategies as st
from markupsafe import Markup, escape
from wtforms.widgets.core import html_params

from booking.blueprints.kit.templates import Templates, as_html, attributes
from booking.language import force_locale

TEXT = st.text(st.sampled_from("a会 &<>\"'%{}"), max_size=12)
VALUES = st.one_of(
    TEXT, TEXT.map(Markup), st.integers(), st.none(), st.booleans(), st.floats(allow_nan=False)
)


@given(VALUES)
def test_a_value_is_written_as_markupsafe_escapes_it(value):
    assert as_html(value) == escape(value)


NAMES = st.sampled_from(["class_", "id", "value", "data_at", "aria_label", "required", "aria-invalid", "max"])


@given(st.dictionaries(NAMES, VALUES))
def test_attributes_are_those_of_wtforms(said):
    assert attributes(**said) == html_params(**said)


class Words(str):
    """A text of another class, as a translated one may be."""

    __slots__ = ()


@pytest.fixture
def templates():
    sources = {
        "macros.html": (
            "{% macro link(text, url='') %}<a href='{{ url }}'>{{ text }}{{ caller() if caller }}</a>"
            "{% endmacro %}"
        ),
        "page.html": (
            "{% from 'macros.html' import link %}{{ shown }}{{ link(shown, url=shown) }}"
            "{% call link('x') %}{{ shown }}{% endcall %}"
            "{% for one in [1, 2] %}{{ link(one) }}{{ plain(one) }}{{ place() }}{% endfor %}"
            "{{ words }}{{ shown|upper }}"
        ),
        "page.txt": "{{ shown }}",
    }
    return sources, {"shown": "<b>&\"'", "words": Words("<i>"), "plain": lambda one: f"<{one}>"}


def rendered(kind, sources, facts, name):
    env = kind(loader=jinja2.DictLoader(sources), autoescape=jinja2.select_autoescape(["html"]))
    env.globals["place"] = jinja2.pass_context(lambda context: f"<{context.get('one')}>")
    return env.get_template(name).render(facts)


class Ours(Templates):
    """Without an app."""

    def __init__(self, **options):
        jinja2.Environment.__init__(self, **options)


@pytest.mark.parametrize("name", ["page.html", "page.txt"])
def test_a_page_is_what_jinja_makes_of_it(templates, name):
    sources, facts = templates
    assert rendered(Ours, sources, facts, name) == rendered(jinja2.Environment, sources, facts, name)


def test_what_was_never_given_is_refused(templates):
    with pytest.raises(jinja2.UndefinedError):
        Ours(undefined=jinja2.StrictUndefined, autoescape=True).from_string("{{ nothing }}").render()


def test_what_is_written_in_another_language_has_a_frame_of_its_own(app):
    with app.test_request_context("/"):
        for language in ("zh", "en", "zh"):
            with force_locale(language):
                assert render_template_string("{{ frame.language }}").startswith(language)
