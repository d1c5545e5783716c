"""The environment that templates are compiled in."""

import re
from collections.abc import MutableMapping, Sequence
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask import Flask, Response
from flask.templating import Environment
from jinja2 import StrictUndefined, nodes, pass_eval_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from markupsafe import Markup, escape
from wtforms.widgets import Input

from booking.language import ENGLISH, language_tag
from booking.understand.plain_text import LONGEST_TAKEN

SPECIAL = re.compile("[&<>\"']").search


def as_html(value: Any) -> str:  # noqa: ANN401 - a template shows anything
    """Write a value between tags, as MarkupSafe's `escape` does, but plain text where it gives `Markup`.

    A page writes thousands of values, and joins them at once: a safe string made of each took a tenth of it.
    """
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]  # mypy has not seen the type
    if kind is str:
        return _escaped(value) if SPECIAL(value) else value
    return escape(value)


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("'", "&#39;").replace('"', "&#34;")


class PlainWriting(CodeGenerator):
    """Jinja's, but that what a template shows is written by `as_html`."""

    def write_commons(self) -> None:
        """Have it at hand in every block, and so in every macro."""
        super().write_commons()
        self.writeline("as_html = environment.as_html")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 - private to Jinja
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("as_html(")


EVAL_CONTEXT = pass_eval_context(lambda: None).jinja_pass_arg  # type: ignore[attr-defined]  # as Jinja marks it
PLAIN = {FunctionType, MethodType, BuiltinFunctionType}


class DirectCalls(Context):
    """Jinja's, but that macros and plain functions are called without asking each time what they are."""

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - a template calls anything
        """Call it, with what it wants to know of the template."""
        kind = type(called)
        if kind is Macro:
            return self._expand(called, args, _said(kwargs))
        if kind in PLAIN:
            wants = getattr(called, "jinja_pass_arg", None)
            if wants is None:
                return called(*args, **_said(kwargs))
            if wants is EVAL_CONTEXT:
                return called(self.eval_ctx, *args, **_said(kwargs))
        return super().call(called, *args, **kwargs)

    def _expand(self, macro: Macro, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
        """Fill in a macro's arguments by place and name, as Jinja does; what is unusual is left to it."""
        rest = macro.arguments[len(args) :]
        unusual = macro.caller or macro.catch_varargs or len(args) > len(macro.arguments)
        misnamed = kwargs and not macro.catch_kwargs and not kwargs.keys() <= set(rest)
        if unusual or misnamed or not self.eval_ctx.autoescape:
            return macro(self.eval_ctx, *args, **kwargs)
        filled = [*args, *(kwargs.pop(name, missing) for name in rest)]
        return Markup(macro._func(*filled, *([kwargs] if macro.catch_kwargs else [])))  # noqa: S704, SLF001 - as Jinja does


def _said(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Leave out what Jinja adds for those that ask for the context."""
    if kwargs:
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
    return kwargs


class Templates(Environment):
    """Flask's, where every template sees the very same globals.

    Jinja asks at each `import` which globals the importer has that the imported one lacks. Of two chained
    maps it asks name by name, some twenty times a page; nobody here gives a template globals of its own.
    """

    code_generator_class = PlainWriting
    context_class = DirectCalls
    as_html = staticmethod(as_html)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give those of the environment; a map of its own only to a template that brings globals."""
        return super().make_globals(d) if d else self.globals


def attributes(**said: object) -> Markup:
    """Write the attributes of an element as WTForms' `html_params` does, in a fraction of its time."""
    return Markup(" ".join(_attribute(*one) for one in sorted(said.items()) if one[1] is not False))  # noqa: S704 - each is escaped


def _attribute(name: str, value: object) -> str:
    key = name.rstrip("_")
    if key.startswith(("data_", "aria_")):
        key = key.replace("_", "-")
    return key if value is True else f'{key}="{_quoted(str(as_html(value)))}"'


def _quoted(written: str) -> str:
    return written.replace('"', "&quot;")  # there is one in what is HTML already


CHINESE = re.compile(r"[\u3400-\u9fff]")
RUN = re.compile(
    r"[\u3400-\u9fff](?:[\u3400-\u9fff\u3001-\u3011\uff00-\uffef\u00b7\d\s]*[\u3400-\u9fff\u300b\u3011\uff09])?\d*"
)
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>$")
LATIN = re.compile(r"(?<!&)\b[A-Za-z]{2}")
HOLDS_TEXT_ALONE = {"option", "textarea", "title", "text", "tspan", "desc", "script", "style"}
SPOKEN = ' lang="zh-CN"'


def mark_chinese(page: str) -> str:
    """Say of Chinese text in an English page that it is Chinese, so that it is read aloud as such.

    An element that holds nothing else gets the mark itself; a name within a sentence an element of its own,
    that no style means. What stands in attributes, and in the head, has no place for it.
    """
    parts, done, at = [], 0, 0
    while found := CHINESE.search(page, at):
        opens, closes = (page.rfind(sign, 0, found.start()) for sign in "<>")
        at = page.find(">" if opens > closes else "<", found.start())
        if at < 0:
            break
        if opens < closes:  # between two tags, and not within one
            parts += [
                page[done:opens],
                _marked(page[opens : closes + 1], page[closes + 1 : at], page[at : at + 12]),
            ]
            done = at
    return "".join([*parts, page[done:]])


def _marked(tag: str, text: str, following: str) -> str:
    read = TAG.match(tag)
    if read is None or SPOKEN[1:6] in tag or tag == "<title>":
        return tag + text
    end, name, more = read.groups()
    if not end and following.startswith(f"</{name}>") and not LATIN.search(text):
        return f"<{name}{SPOKEN}{more}>{text}"
    if name in HOLDS_TEXT_ALONE:
        return tag + text
    words = text.strip()
    before, _, after = text.partition(words)
    whole = RUN.sub(rf"<bdi{SPOKEN}>\g<0></bdi>", words)
    if not RUN.fullmatch(words):
        whole = f"<bdi>{whole}</bdi>"  # one thing, as before, where things stand in a row
    return f"{tag}{before}{whole}{after}"


def mark_languages(app: Flask) -> None:
    """Have pages in English tell the Chinese in them; register it after what compresses, to come before."""

    @app.after_request
    def tell_apart(response: Response) -> Response:
        if response.mimetype != "text/html" or language_tag() != ENGLISH or response.is_streamed:
            return response
        page = response.get_data(as_text=True)
        if '<html lang="zh' not in page[:200]:
            response.set_data(mark_chinese(page))
        return response


def init_templates(app: Flask) -> None:
    """Have templates compiled here, and forms drawn by `attributes`; say how much of a sentence is read."""
    app.jinja_environment = Templates
    app.jinja_env.globals["longest_sentence"] = LONGEST_TAKEN
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Input.html_params = staticmethod(attributes)  # type: ignore[method-assign]  # as WTForms has it replaced
