"""Renders one letter: subject, text and HTML part, in its reader's language and its park's zone."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from flask import current_app, g

from booking.language import CHINESE, ENGLISH, LANGUAGES, force_locale, gettext, language_tag
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
    of the finished text, so the two never say different things; `at`, `button` and `heading` in it tell how
    it is set.
    Works inside and outside of requests.
    Who has no language of their own gets `in_both` the same twice, Chinese first, files in Chinese.
    """
    locales = [CHINESE, ENGLISH] if in_both else [LANGUAGES.get(language or "zh", CHINESE)]
    before = g.get("zone")
    g.zone = park.zone
    try:
        told = [_told(park, locale, template, subject, facts) for locale in locales]
        with force_locale(locales[0]):
            title, marked = " / ".join(one for one, _ in told), BETWEEN.join(one for _, one in told)
            return LetterText(title, plain(marked), html=html_part(title, marked, links), files=files())
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
    marks = {"at": at, "button": button, "heading": heading}
    text = current_app.jinja_env.get_template(f"letters/{template}.txt").render(known | marks | facts)
    return text.strip() + "\n"


def at() -> str:
    """Stand between a place and its time: a comma in the text, two facts of the table in the HTML."""
    return FIELD + FIELD.join([gettext("地方"), gettext("，"), gettext("时间")]) + FIELD


def button(address: str, words: str) -> str:
    """Give an address that is the reader's next act; in the HTML a button of these words leads there, too."""
    return f"{address}{BUTTON}{words}{BUTTON}"


def heading(words: str) -> str:
    """Give a line that the letter's title may begin with; where it does, the HTML has it there alone."""
    return f"{HEADING}{words}"


FIELD, BUTTON, HEADING = "\x02", "\x03", "\x04"  # nobody types them: forms clean them away
PLACE_AND_TIME = re.compile(f"{FIELD}([^{FIELD}]*){FIELD}([^{FIELD}]*){FIELD}([^{FIELD}]*){FIELD}")
WORDS_OF_BUTTON = re.compile(f"{BUTTON}([^{BUTTON}]*){BUTTON}")


def plain(marked: str) -> str:
    """Give a letter's text as it is sent: without what tells the HTML how to set it."""
    return WORDS_OF_BUTTON.sub("", PLACE_AND_TIME.sub(r"\2", marked)).replace(HEADING, "")


class Piece(NamedTuple):
    """Part of a line; `link` is the address it links to, or ""."""

    text: str
    link: str = ""


PieceLine = list[Piece]


class LetterBlock(NamedTuple):
    """What stands together: lines of words, or rows of a table; above them a button, where it has words."""

    lines: Sequence[PieceLine] = ()
    rows: Sequence[tuple[str, str]] = ()
    button: Piece | None = None


BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def html_part(subject: str, marked: str, links: Iterable[str | None]) -> str:
    """Give the HTML of a letter in the current language; its last paragraph is the signature.

    It says what the text says, but for a `heading` that its title has said; of what people typed nothing is
    left out, whatever the title says. Facts are set as a table, and the one
    address that is marked as the next act has a button above it; of several none has.

    Addresses become links where they lead to us or are among `links`, and nowhere else: what people
    typed into a name or a reason is shown as they typed it.
    """
    known, body, signatures = _addresses(links), [], []
    for spoken, part in zip(("", ENGLISH), marked.split(BETWEEN, 1), strict=False):
        *paragraphs_said, signature = BLANK_LINES.split(part.strip())
        signatures += [] if signature in signatures else [signature]
        acts = set(re.findall(rf"([^\s{BUTTON}]+){WORDS_OF_BUTTON.pattern}", part))
        body += [(spoken, _blocks(one, subject, known, has_button=len(acts) == 1)) for one in paragraphs_said]
    template = current_app.jinja_env.get_template("letters/html_part.html")
    return template.render(subject=subject, tag=language_tag(), body=body, signature=" / ".join(signatures))


def _blocks(paragraph: str, subject: str, known: re.Pattern[str], *, has_button: bool) -> list[LetterBlock]:
    """Set a paragraph: its facts as tables, its other lines as words, its next act under a button.

    Several places and times are a list, a line each: as a table each would take two rows of the same words.
    """
    blocks: list[LetterBlock] = []
    is_list = len(PLACE_AND_TIME.findall(paragraph)) > 1
    for line in paragraph.splitlines():
        if _is_said(line, subject):
            continue
        rows = [] if is_list and PLACE_AND_TIME.search(line) else _facts_of(line, subject, known)
        act = WORDS_OF_BUTTON.search(line) if has_button else None
        pieces = list(_pieces(plain(line), known))
        if rows:
            blocks.append(LetterBlock(rows=rows))
        elif act:
            address = next((one.link for one in pieces if one.link), "")
            blocks.append(LetterBlock(lines=[pieces], button=Piece(act[1], address) if address else None))
        else:
            blocks.append(LetterBlock(lines=[pieces]))
    return _joined(blocks)


def _joined(blocks: Iterable[LetterBlock]) -> list[LetterBlock]:
    """Put what follows its like into one; what stands under a button stays for itself."""
    done: list[LetterBlock] = []
    for one in blocks:
        last = done[-1] if done else None
        if last and not (one.button or last.button) and bool(last.rows) == bool(one.rows):
            done[-1] = LetterBlock([*last.lines, *one.lines], [*last.rows, *one.rows])
        else:
            done.append(one)
    return done


def _is_said(line: str, subject: str) -> bool:
    return line.startswith(HEADING) and subject.startswith(plain(line).strip())


FACT = re.compile(r"([^\s：，。；、“”]{1,10}|[A-Z][^:.,;“”]{0,24})(?:：|: |　+)(?=\S)(.+)")


def _facts_of(line: str, subject: str, known: re.Pattern[str]) -> list[tuple[str, str]]:
    """Give what a line tells as rows of a table: a place and its time, or what stands after a short label.

    What begins as the title does is what it is about, such as an activity with a colon in its name.
    """
    if set_apart := PLACE_AND_TIME.search(line):
        where, when = line[: set_apart.start()], line[set_apart.end() :]
        return [(set_apart[1], where), (set_apart[3], when)]
    fact = None if known.search(line) else FACT.fullmatch(line)
    return [(fact[1], fact[2])] if fact and line[: fact.end(1) + 2] not in subject else []


def paragraphs(text: str, links: Iterable[str | None] = ()) -> list[list[PieceLine]]:
    """Take a letter's text apart: paragraphs, their lines, and in these what is a link."""
    known = _addresses(links)
    return [
        [list(_pieces(line, known)) for line in part.splitlines()] for part in BLANK_LINES.split(text.strip())
    ]


END_OF_ADDRESS = rf"[^\s，。；：、）》”{BUTTON}]*"


def _addresses(links: Iterable[str | None]) -> re.Pattern[str]:
    ours = re.escape(f"{current_app.config['BASE_URL']}/") + END_OF_ADDRESS
    others = [re.escape(link) for link in links if link and link.startswith("https://")]
    return re.compile("|".join([*others, ours]))


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
