"""Whoever asks for English gets English everywhere, and no Chinese sentence is left untranslated."""

from __future__ import annotations

import ast
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask, render_template_string
from flask_login import LoginManager
from flask_wtf import FlaskForm
from jinja2 import Environment, nodes
from wtforms import DecimalField, IntegerField, SelectField

from booking.blueprints.kit.forms.fields import options
from booking.language import (
    ENGLISH,
    UNREAD,
    force_locale,
    gettext,
    init_language,
    lazy_gettext,
    ngettext,
    prefers_english,
    read_catalogue,
)

BOOKING = Path(__file__).resolve().parents[1] / "booking"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
}
METHODS = [("**/templates/**", "jinja2"), ("**.py", "python")]
PLACEHOLDER = re.compile(r"%\((\w+)\)")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# A language is named in its own words, whichever is spoken.
OWN_NAMES = {"中文"}


def extracted():
    options = {"**/templates/**": {"silent": "false"}}
    found = extract_from_dir(BOOKING, METHODS, options_map=options, keywords=KEYWORDS)
    return [(file, line, message) for file, line, message, _, _ in found]


def sentences(message):
    return (message,) if isinstance(message, str) else tuple(message)


def test_every_sentence_has_an_english_translation():
    catalogue = read_catalogue(ENGLISH)
    missing = [
        f"{file}:{line}: {message}"
        for file, line, message in extracted()
        if (known := catalogue.get(message)) is None or not all(sentences(known.string))
    ]
    assert not missing, f"{len(missing)} without English:\n" + "\n".join(missing)


def test_a_translation_has_the_placeholders_of_its_sentence():
    wrong = []
    for message in read_catalogue(ENGLISH):
        if not message.id:
            continue
        wanted = {name for text in sentences(message.id) for name in PLACEHOLDER.findall(text)}
        given = {name for text in sentences(message.string) for name in PLACEHOLDER.findall(text)}
        if wanted - {"num"} != given - {"num"}:
            wrong.append(f"{message.id!r}: {sorted(wanted)} became {sorted(given)}")
    assert not wrong, "\n".join(wrong)


def test_no_translation_is_left_in_chinese():
    left = [
        f"{message.id!r}: {message.string!r}"
        for message in read_catalogue(ENGLISH)
        if message.id and CHINESE.search("".join(sentences(message.string)))
    ]
    assert not left, "\n".join(left)


def bare_chinese(node: nodes.Node) -> list[tuple[int, str]]:
    """Find the Chinese of a template that does not go through gettext."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in KEYWORDS:
        return []
    text = ""
    if isinstance(node, nodes.TemplateData):
        text = node.data
    elif isinstance(node, nodes.Const) and isinstance(node.value, str):
        text = node.value
    found = [(node.lineno, text.strip())] if CHINESE.search(text) and text.strip() not in OWN_NAMES else []
    return found + [hit for child in node.iter_child_nodes() for hit in bare_chinese(child)]


def test_no_template_speaks_chinese_past_the_catalogue():
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    bare = [
        f"{file.relative_to(BOOKING)}:{line}: {text}"
        for file in sorted((BOOKING / "templates").rglob("*.*"))
        for line, text in bare_chinese(environment.parse(file.read_text(encoding="utf-8")))
    ]
    assert not bare, "\n".join(bare)


def test_no_sentence_is_translated_twice_in_a_file():
    """The reader of catalogues takes the last in silence, whatever the first says."""
    for file in sorted((BOOKING / "translations").rglob("*.po")):
        said = re.findall(r'^msgid ((?:".*"\n)+)', file.read_text(encoding="utf-8"), re.MULTILINE)
        twice = [text for text, count in Counter(said).items() if count > 1]
        assert not twice, f"{file.name}: {twice}"


def calls_gettext(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in KEYWORDS


def spoken(node):
    """Find the Chinese strings of a module that do not go through gettext; docstrings are no speech."""
    if calls_gettext(node) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return []
    here = isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value)
    found = [(node.lineno, node.value)] if here and node.value not in OWN_NAMES else []
    return found + [hit for child in ast.iter_child_nodes(node) for hit in spoken(child)]


def test_no_page_speaks_chinese_past_the_catalogue():
    bare = [
        f"{file.relative_to(BOOKING)}:{line}: {text}"
        for file in sorted((BOOKING / "blueprints").rglob("*.py"))
        for line, text in spoken(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert not bare, "\n".join(bare)


@pytest.fixture
def bilingual(monkeypatch, tmp_path):
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "a.po").write_text(
        'msgid "签到"\nmsgstr "Check in"\n\n'
        'msgid "您好，%(name)s"\nmsgstr "Hello, %(name)s"\n\n'
        'msgid "%(num)d 个工位"\nmsgid_plural "%(num)d 个工位"\n'
        'msgstr[0] "%(num)d desk"\nmsgstr[1] "%(num)d desks"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr("booking.language.TRANSLATIONS", tmp_path)
    app = Flask("bilingual")
    app.secret_key = "x"
    LoginManager(app).user_loader(lambda _: None)
    init_language(app)

    @app.get("/")
    def index():
        source = "{{ language_tag() }} {{ _('签到') }} {{ ngettext('%(num)d 个工位', '%(num)d 个工位', 2) }}"
        return render_template_string(source)

    return app


def test_a_visitor_is_spoken_to_in_chinese_until_they_choose_english(bilingual):
    client = bilingual.test_client()
    assert client.get("/").text == "zh-CN 签到 2 个工位"
    with client.session_transaction() as session:
        session["language"] = "en"
    assert client.get("/").text == "en Check in 2 desks"
    with client.session_transaction() as session:
        session["language"] = "../../etc"
    assert client.get("/").text == "zh-CN 签到 2 个工位"


@pytest.mark.parametrize(
    ("header", "english"),
    [
        ("", False),
        ("en", True),
        ("en-US,en;q=0.9", True),
        ("en-US,en;q=0.9,zh-CN;q=0.8,zh;q=0.7", True),
        ("zh-CN,zh;q=0.9,en;q=0.8", False),
        ("zh-CN,en;q=0.9", False),
        ("zh-Hant-TW;q=0.8,en-GB;q=0.8", False),  # alike: Chinese first
        ("de-DE,de;q=0.9,en;q=0.5", True),
        ("fr,*;q=0.5", False),
        ("en;q=0,zh;q=0", False),
        ("en;q=nonsense,,;;,\x00", False),
        ("x" * 5000 + ",en", False),
    ],
)
def test_a_browser_that_ranks_english_above_chinese_asks_for_it(header, english):
    assert prefers_english(header) is english


def test_a_letter_can_be_written_in_its_readers_language(bilingual):
    later = lazy_gettext("签到")
    with bilingual.app_context():
        assert gettext("您好，%(name)s", name="王") == "您好，王"
        with force_locale(ENGLISH):
            assert gettext("您好，%(name)s", name="Wang") == "Hello, Wang"
            assert ngettext("%(num)d 个工位", "%(num)d 个工位", 1) == "1 desk"
            assert str(later) == "Check in"
        assert str(later) == "签到"


def test_two_catalogues_may_repeat_but_not_contradict_each_other(bilingual, tmp_path):
    second = tmp_path / "en" / "b.po"
    second.write_text('msgid "签到"\nmsgstr "Check in"\n', encoding="utf-8")
    known = read_catalogue(ENGLISH).get("签到")
    assert known is not None
    assert known.string == "Check in"
    second.write_text('msgid "签到"\nmsgstr "Sign in"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="Sign in"):
        read_catalogue(ENGLISH)


NOUNS = (
    "enterprises days months times people places needs spaces invoices notes letters leases baselines seats "
    "hours minutes bookings figures suggestions activities complaints matters others visits cards working"
)
OF_A_NUMBER = re.compile(
    rf"(?:%\(\w+\)s|\{{\w+\}}) (?:(?!of|and|got)[\w-]+ ){{0,2}}(?:{NOUNS.replace(' ', '|')})\b"
)
COUNTED = ("activities", "cycle", "month", "needs", "report", "savings")
NEVER_ONE = {  # a group is three or more, an e-mail stands for five, others are words or lengths of time
    "%(count)s 家未具名企业合为一组，含它们的金额约到千元。",
    "这个邮箱已为 %(most)s 人报过这个活动，请换一个，或不填。",
    "%(sizes)s企业",
    "%(kind)s免费额度还剩 %(left)s，共 %(all)s，月底清零。",
    "%(kept)s 场提前 3 天通知，%(urgent)s 场紧急",
}


@pytest.mark.parametrize("catalogue", COUNTED)
def test_no_count_reads_1_enterprises(catalogue):
    known = read_po((BOOKING / "translations" / ENGLISH / f"{catalogue}.po").open(encoding="utf-8"))
    wrong = [
        f"{one.id} => {one.string}"
        for one in known
        if isinstance(one.id, str) and one.id not in NEVER_ONE and OF_A_NUMBER.search(str(one.string))
    ]
    assert not wrong, "say it by number (ngettext), or name the count last:\n" + "\n".join(wrong)


NOT_USED_HERE = {"Not a valid week value."}


def test_what_a_form_cannot_read_is_said_in_the_park_s_own_words():
    """All that WTForms' fields say of it, however many its next version adds."""
    sources = Path(str(files("wtforms").joinpath("fields"))).glob("*.py")
    said = {
        one for path in sources for one in re.findall(r'"((?:Not a|Invalid Choice)[^"]+)"', path.read_text())
    }
    assert said - NOT_USED_HERE == set(UNREAD)


def test_a_figure_that_is_none_is_refused_in_both_languages(app):
    class Many(FlaskForm):
        people = IntegerField()
        rate = DecimalField()
        kind = SelectField(choices=options([("room", "room")]))

    sent = {"people": "abc", "rate": "x", "kind": "y"}
    for accept, words in (
        ("zh", ["请填写整数。", "请填写数字。", "请从列出的里面选。"]),
        (
            "en",
            ["Please enter a whole number.", "Please enter a number.", "Please choose among those listed."],
        ),
        ("zh", ["请填写整数。", "请填写数字。", "请从列出的里面选。"]),
    ):  # fmt: skip
        with app.test_request_context(method="POST", data=sent, headers={"Accept-Language": accept}):
            form = Many(meta={"csrf": False})
            assert not form.validate()
            assert [str(one.errors[0]) for one in form] == words
