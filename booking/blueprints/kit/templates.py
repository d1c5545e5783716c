"""The environment that templates are compiled in."""

import re
from collections.abc import MutableMapping, Sequence
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from markupsafe import Markup, escape
from wtforms.widgets import Input

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


PLAIN = {FunctionType, MethodType, BuiltinFunctionType}


class DirectCalls(Context):
    """Jinja's, but that macros and plain functions are called without asking each time what they are."""

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - a template calls anything
        """Call it, with what it wants to know of the template."""
        kind = type(called)
        if kind is Macro:
            return self._expand(called, args, _said(kwargs))
        if kind in PLAIN and not hasattr(called, "jinja_pass_arg"):
            return called(*args, **_said(kwargs))
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


def init_templates(app: Flask) -> None:
    """Have templates compiled here, and forms drawn by `attributes`."""
    app.jinja_environment = Templates
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Input.html_params = staticmethod(attributes)  # type: ignore[method-assign]  # as WTForms has it replaced
