"""Chinese is the source language; English comes from the catalogues in translations/en, merged at start."""

from __future__ import annotations

from functools import cache, lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Request, Response, g, has_app_context, has_request_context, request, session
from flask_babel import Babel, Domain, LazyString, force_locale, get_locale, refresh
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from wtforms.i18n import messages_path

__all__ = [
    "CHINESE",
    "ENGLISH",
    "LANGUAGES",
    "force_locale",
    "get_locale",
    "gettext",
    "init_language",
    "language_tag",
    "lazy_gettext",
    "lazy_ngettext",
    "ngettext",
    "refresh",
]


class ContradictionError(ValueError):
    """One Chinese sentence has two English ones."""


TRANSLATIONS = Path(__file__).parent / "translations"


def read_catalogue(language: str, folder: Path | None = None) -> Catalog:
    """Merge all `LANGUAGE/*.po` of a folder, or of the product; ContradictionError where two disagree."""
    merged = Catalog(locale=Locale.parse(language))
    for file in sorted(((folder or TRANSLATIONS) / language).glob("*.po")):
        with file.open("rb") as stream:
            read = read_po(stream, locale=language, abort_invalid=True)
        for message in read:
            known = merged.get(message.id, message.context) if message.id else None
            if known is not None and known.string != message.string:
                text = f"{file.name}: {message.id!r} is {message.string!r}, elsewhere {known.string!r}"
                raise ContradictionError(text)
            if message.id and not message.fuzzy:
                merged.add(message.id, message.string, context=message.context)
    return merged


ENGLISH: Final = "en"


class Catalogues(Domain):
    """The translations of every language, compiled in memory; a Chinese sentence is its own translation."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        compiled = BytesIO()
        write_mo(compiled, read_catalogue(ENGLISH, folder))
        compiled.seek(0)
        self._english = Translations(compiled)
        self._chinese = NullTranslations()

    def get_translations(self) -> NullTranslations:
        """Give those of the language spoken now; Chinese outside a request or a `force_locale`."""
        locale = _chosen() or get_locale()
        return self._english if locale is not None and locale.language == ENGLISH else self._chinese


def _chosen() -> Locale | None:
    """Give the locale that Flask-Babel has chosen for what goes on now, where it has.

    Its own function looks through four proxies, and a page asks a hundred times.
    """
    here = g._get_current_object().get("_flask_babel") if has_app_context() else None  # noqa: SLF001 - asked often
    return getattr(here, "babel_locale", None)


@cache
def _catalogues(folder: Path) -> Catalogues:
    return Catalogues(folder)


def _spoken() -> NullTranslations:
    return _catalogues(TRANSLATIONS).get_translations()


def gettext(string: str, **variables: object) -> str:
    """Say it in the reader's language.

    Flask-Babel's own asks twice more what is spoken now, and a page says hundreds of sentences.
    """
    said = _spoken().ugettext(string)
    return said % variables if variables else said


def ngettext(singular: str, plural: str, num: int, **variables: object) -> str:
    """Say it in the reader's language, for so many."""
    return _spoken().ungettext(singular, plural, num) % ({"num": num} | variables)


@pass_eval_context
def say_in_template(context: EvalContext, string: str, **variables: object) -> str:
    """Say it in the reader's language within a template: what varies is escaped in HTML, but not in a letter.

    %% is a per cent sign. As Jinja's own `gettext` of the newer style does, which looks itself up and formats
    each sentence.
    """
    said = _spoken().ugettext(string)
    said = Markup(said) if context.autoescape else said  # noqa: S704 - a sentence of ours
    return said % variables if variables or "%" in said else said


lazy_gettext = partial(LazyString, gettext)
lazy_ngettext = partial(LazyString, ngettext)


CHINESE: Final = "zh_Hans_CN"
# What a member's `language` and session["language"] may say, and the locale that it means.
LANGUAGES: Final = {"zh": CHINESE, "en": ENGLISH}


@cache
def locale_of(name: str) -> Locale:
    """Give the locale of a name; reading it anew with each request looks for its file."""
    return Locale.parse(name)


def select_language() -> Locale:
    """Choose the member's language if signed in, else the visitor's choice, else what the browser prefers."""
    if not has_request_context():
        return locale_of(CHINESE)
    chosen = getattr(current_user, "language", None) or session.get("language")
    if chosen in LANGUAGES:
        return locale_of(LANGUAGES[chosen])
    g.language_asked = True
    return locale_of(ENGLISH if prefers_english(request.headers.get("Accept-Language", "")) else CHINESE)


@lru_cache(maxsize=256)
def prefers_english(header: str) -> bool:
    """Tell whether a browser ranks English above Chinese, which is the request that English is on.

    What names neither is spoken to in Chinese; regions do not count.
    """
    best = {"zh": 0.0, "en": 0.0}
    for tag, rank in parse_accept_header(header[:LONGEST_HEADER], LanguageAccept):
        language = tag.lower().replace("_", "-").partition("-")[0]
        if language in best:
            best[language] = max(best[language], rank)
    return best["en"] > best["zh"]


LONGEST_HEADER = 400


class TranslatedRequest(Request):
    """A request whose forms find what WTForms itself says already read, and not anew with each form."""

    @property
    def wtforms_translations(self) -> NullTranslations:
        """Give WTForms' own words in the language spoken now, where Flask-WTF looks for them."""
        return _words_of_wtforms(str(get_locale()))


@cache
def _words_of_wtforms(locale: str) -> NullTranslations:
    return FormSentences(Translations.load(messages_path(), [locale], domain="wtforms"))


class FormSentences(NullTranslations):
    """What forms say of what they cannot read: the park's own sentences, and WTForms' for all else."""

    def __init__(self, library: NullTranslations) -> None:
        super().__init__()
        self.library = library

    def ugettext(self, message: str) -> str:
        """Say it in the language spoken now."""
        own = UNREAD.get(message)
        return str(own) if own is not None else str(self.library.ugettext(message))

    def ungettext(self, singular: str, plural: str, n: int) -> str:
        """Say how many, in WTForms' words."""
        return str(self.library.ungettext(singular, plural, n))


ONE_OF_THESE, FIGURE = lazy_gettext("请从列出的里面选。"), lazy_gettext("请填写数字。")
UNREAD: Final = {
    "Invalid Choice: could not coerce.": ONE_OF_THESE,
    "Not a valid choice.": ONE_OF_THESE,
    "Not a valid date value.": lazy_gettext("请填写日期，例如 2026-11-03。"),
    "Not a valid datetime value.": lazy_gettext("请填写日期和时间，例如 2026-11-03 09:30。"),
    "Not a valid decimal value.": FIGURE,
    "Not a valid float value.": FIGURE,
    "Not a valid integer value.": lazy_gettext("请填写整数。"),
    "Not a valid time value.": lazy_gettext("请填写时间，例如 08:00。"),
}


def language_tag() -> str:
    """Give the language for `<html lang>`: `zh-CN` or `en`."""
    locale = _chosen() or get_locale()
    return "en" if locale is not None and locale.language == ENGLISH else "zh-CN"


def local_name(name: str, name_en: str | None) -> str:
    """Give a name in the reader's language, where it has one."""
    return name_en if name_en and language_tag() == ENGLISH else name


def _tell_what_decided(response: Response) -> Response:
    """Let who keeps answers know that this one depends on what the browser prefers."""
    if g.get("language_asked"):
        response.vary.add("Accept-Language")
    return response


def init_language(app: Flask) -> None:
    """Teach the app both languages; templates get `_`, `ngettext` and `language_tag()`."""
    app.request_class = TranslatedRequest
    app.after_request(_tell_what_decided)
    babel = Babel()
    babel.init_app(
        app, default_locale=CHINESE, default_timezone="Asia/Shanghai", locale_selector=select_language
    )
    babel.domain_instance = _catalogues(TRANSLATIONS)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # Jinja's i18n extension adds it
        gettext=lambda text: _spoken().ugettext(text),
        ngettext=lambda one, many, count: _spoken().ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = say_in_template
    app.jinja_env.globals["language_tag"] = language_tag
