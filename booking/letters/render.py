"""Renders one letter: subject, text and HTML part, in its reader's language and its park's zone."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flask import current_app, g

from booking.language import CHINESE, ENGLISH, LANGUAGES, force_locale, language_tag
from booking.mail.outbox import LetterFile, LetterText
from booking.parks.models import Park


def render(
    park: Park,
    language: str | None,
    template: str,
    subject: Callable[[], str],
    *,
    links: Iterable[str | None] = (),
    files: Callable[[], tuple[LetterFile, ...]] = tuple,
    in_both: bool = False,
    **facts: object,
) -> LetterText:
    """Fill `templates/letters/<template>.txt` with the facts; `park_name` and `base_url` are always there.

    `language` is what a member chose (`zh`, `en` or None, which is Chinese). `subject` and `files` are called
    in that language. `links` are addresses outside of the product that the text speaks of. The HTML is made
    of the finished text, so the two never say different things. Works inside and outside of requests.
    Who has no language of their own gets `in_both` the same twice, Chinese first, files in Chinese.
    """
    locales = [CHINESE, ENGLISH] if in_both else [LANGUAGES.get(language or "zh", CHINESE)]
    before = g.get("zone")
    g.zone = park.zone
    try:
        told = [_told(park, locale, template, subject, facts) for locale in locales]
        with force_locale(locales[0]):
            title, text = " / ".join(one for one, _ in told), BETWEEN.join(one for _, one in told)
            return LetterText(title, text, html=html_part(title, text, links), files=files())
    finally:
        g.zone = before


BETWEEN = "\n———\n\n"  # what is said in Chinese, and in English


def _told(
    park: Park, locale: str, template: str, subject: Callable[[], str], facts: dict[str, object]
) -> tuple[str, str]:
    with force_locale(locale):
        return subject(), _text(park, locale, template, facts)


def _text(park: Park, locale: str, template: str, facts: dict[str, object]) -> str:
    name = park.name_en if locale == ENGLISH and park.name_en else park.name
    known = {"park_name": name, "base_url": current_app.config["BASE_URL"]}
    text = current_app.jinja_env.get_template(f"letters/{template}.txt").render(known | facts)
    return text.strip() + "\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a line; `link` is the address it links to, or ""."""

    text: str
    link: str = ""


BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def html_part(subject: str, text: str, links: Iterable[str | None]) -> str:
    """Give the HTML of a letter in the current language; its last paragraph is the signature.

    Addresses become links where they lead to us or are among `links`, and nowhere else: what people
    typed into a name or a reason is shown as they typed it.
    """
    spoken = zip(("", ENGLISH), text.split(BETWEEN, 1), strict=False)
    *body, (_, signature) = [(tag, part) for tag, one in spoken for part in paragraphs(one, links)]
    template = current_app.jinja_env.get_template("letters/html_part.html")
    return template.render(subject=subject, tag=language_tag(), body=body, signature=signature)


def paragraphs(text: str, links: Iterable[str | None] = ()) -> list[list[list[Piece]]]:
    """Take a letter's text apart: paragraphs, their lines, and in these what is a link."""
    known = _addresses(links)
    return [_lines(part, known) for part in BLANK_LINES.split(text.strip())]


END_OF_ADDRESS = r"[^\s，。；：、）》”]*"


def _addresses(links: Iterable[str | None]) -> re.Pattern[str]:
    ours = re.escape(f"{current_app.config['BASE_URL']}/") + END_OF_ADDRESS
    others = [re.escape(link) for link in links if link and link.startswith("https://")]
    return re.compile("|".join([*others, ours]))


def _lines(part: str, known: re.Pattern[str]) -> list[list[Piece]]:
    return [list(_pieces(line, known)) for line in part.splitlines()]


def _pieces(line: str, known: re.Pattern[str]) -> Iterator[Piece]:
    done = 0
    for found in known.finditer(line):
        yield Piece(line[done : found.start()])
        yield Piece(_shown(found[0]), found[0])
        done = found.end()
    yield Piece(line[done:])


LONGEST_SHOWN = 44  # characters of an address; the text has it whole


def _shown(address: str) -> str:
    return address if len(address) <= LONGEST_SHOWN else f"{address[:LONGEST_SHOWN]}…"
