"""What templates write: as MarkupSafe and WTForms would, but in less time."""

from __future__ import annotations

import re

import jinja2
import pytest
from flask import render_template_string
from hypothesis import given, strategies as st
from markupsafe import Markup, escape
from wtforms.widgets.core import html_params

from booking.blueprints.kit.templates import Templates, as_html, attributes, mark_chinese
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


ZH = ' lang="zh-CN"'


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("<b>林一</b>", f"<b{ZH}>林一</b>"),
        ('<a href="/1">5 号楼 &amp; 201</a>', f'<a{ZH} href="/1">5 号楼 &amp; 201</a>'),
        (
            "<p>With 林一 · 周会, 2 people</p>",
            f"<p><bdi>With <bdi{ZH}>林一 · 周会</bdi>, 2 people</bdi></p>",
        ),
        ("<li><i></i> 林一\n</li>", f"<li><i></i> <bdi{ZH}>林一</bdi>\n</li>"),
        ("<option>半日</option>", f"<option{ZH}>半日</option>"),
        ("<option>半日 · Building B</option>", "<option>半日 · Building B</option>"),
        ("<head><title>半日</title></head>", "<head><title>半日</title></head>"),
        ('<p lang="zh">林一</p>', '<p lang="zh">林一</p>'),
        ('<a aria-label="林一" title="林一">Lin</a>', '<a aria-label="林一" title="林一">Lin</a>'),
        ("林一", "林一"),
    ],
)
def test_chinese_in_an_english_page_says_that_it_is(page, marked):
    assert mark_chinese(page) == marked


TAGS = ["<p>", "</p>", '<a title="林">', "</a>", "<option>", "</option>"]
PIECES = [*TAGS, "Lin ", "林一", " · ", "12", "&amp;", "\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=15).map("".join))
def test_a_mark_changes_no_word(page):
    assert re.sub(r"</?bdi>", "", mark_chinese(page).replace(ZH, "")) == page


def test_names_are_marked_in_english_pages_alone(world, sign_in):
    browser = sign_in(world.member(world.enterprise(world.park()), name="张小明"))
    assert ZH not in browser.get("/more").text.partition("<body")[2]
    browser.post("/preferences/language", data={"language": "en"})
    assert f"<strong{ZH}>张小明</strong>" in browser.get("/more").text


def test_a_sentence_escapes_what_varies_in_a_page_and_not_in_a_text(app):
    sources = {
        "said.txt": '{{ _("%(name)s 来了", name=name) }} {{ _("100%%") }}',
        "said.html": '{{ _("%(name)s 来了", name=name) }}|{% filter forceescape %}'
        '{% include "said.txt" %}{% endfilter %}',
    }
    env = app.jinja_env.overlay(loader=jinja2.DictLoader(sources))
    with app.test_request_context():
        assert env.get_template("said.txt").render(name="A&B") == "A&B 来了 100%"
        page = env.get_template("said.html").render(name="A&B")
    assert page == "A&amp;B 来了|A&amp;B 来了 100%"
