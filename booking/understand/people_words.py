"""Words for how many people: 6人, 我们八个, 六七个人, 双人, for four."""

import re
from collections.abc import Sequence
from re import Match

from booking.understand.plain_text import A, E, N, most_of, numeral_value
from booking.understand.said import Reading, Said, SaidAt, SaidPeople

PEOPLE = r"(?:人(?!事|力|工|员|文|脸|体)|同事|客人|客户|嘉宾|访客|同学|小伙伴|参会者|学员|老师)"
EN_PEOPLE = r"(?:people|persons?|pax|ppl|attendees|participants|guests|colleagues|seats|of us|adults|visitors|men)(?![a-z])"


def _people(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    return _said(most_of(match["n"]))


def _said(number: int | None) -> Sequence[Said]:
    return [SaidPeople(number)] if number else []


def _range(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    """Take the larger: whoever comes needs a seat."""
    low, high = numeral_value(match["a"]), numeral_value(match["n"])
    return _said(high) if low and high and low < high else []


def _vague(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["n"]) if match["n"] else 0
    return [SaidPeople(number, vague=True)] if number is not None else []


COUNTED = rf"(?:\s*(?:个|位|名|口)\s*(?:{PEOPLE})?|\s*{PEOPLE})"
NOT_OTHER = r"(?!\s*(?:小时|钟|半|月|星期|礼拜|周|点|工位|会议室|房间|位子|座位|柜|间))"


def _and_me(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["n"])
    return _said(number + 1 if number else None)


HOW_MANY: tuple[Reading, ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (rf"(?P<a>{N})\s*(?:-|到|至|、)\s*(?P<n>{N})\s*(?:个|位|名)?\s*{PEOPLE}", _range),
        (rf"{A}(?P<a>{E})\s*(?:-|to|or)\s*(?P<n>{E})\s*{EN_PEOPLE}", _range),
        (rf"我[和跟与]\s*(?P<n>{N})\s*(?:个|位|名)\s*{PEOPLE}", _and_me),
        (rf"{A}(?:me|myself) and (?P<n>{E}) {EN_PEOPLE}", _and_me),
        (rf"(?:好几|几|若干)(?P<n>(?!))?\s*(?:个|位|名)?\s*{PEOPLE}", _vague),
        (rf"(?P<n>{N})\s*(?:多|几|来)\s*(?:个|位|名)?\s*{PEOPLE}", _vague),
        (rf"(?P<n>{N})\s*(?:个|位|名)?\s*{PEOPLE}", _people),
        (rf"(?<!第)(?P<n>{N})\s*位(?![数置子于次工卡]|以)", _people),
        (rf"(?:我们|咱们|咱|一共|总共|共)\s*(?P<n>{N}){COUNTED}{NOT_OTHER}", _people),
        (rf"(?:参[加会])?人数\s*[:是为有]?\s*(?:大?约|大概)?\s*(?P<n>{N})\s*(?:个|位|名)?{PEOPLE}?", _people),
        (r"(?P<n>\d{1,3})\s*座(?!位)", _people),
        (r"俩人|双人|我俩|我们俩|咱俩", lambda _m, _at: [SaidPeople(2)]),
        (r"单人|自己一个|就我自己", lambda _m, _at: [SaidPeople(1)]),
        (r"仨人", lambda _m, _at: [SaidPeople(3)]),
        (rf"{A}(?:for )?(?:(?:about|around|approximately|up to|some) )?(?P<n>{E})[\s-]*{EN_PEOPLE}", _people),
        (
            rf"{A}(?:(?:party|team|group) of|seats|seating|there are|there will be|we are) (?P<n>{E})(?![\d:/])",
            _people,
        ),
        (
            rf"{A}for (?:-|about |around |approximately )?(?P<n>{E})(?![\d:/.]|[\s-]*(?:hours?|hrs?|h|minutes?|mins?|quarters?|days?|weeks?|months?|am|pm|and|o'|times)(?![a-z]))",
            _people,
        ),
    )
)
