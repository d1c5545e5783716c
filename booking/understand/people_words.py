"""Words for how many people: 6人, 我们八个, 六七个人, 双人, for four; and parts of them put together: 6人加2位客人."""

import re
from collections.abc import Sequence
from itertools import pairwise
from re import Match

from booking.understand.draft import Draft
from booking.understand.plain_text import CHINESE, A, E, N, PlainText, Z, most_of, numeral_value
from booking.understand.said import Link, Reading, Said, SaidAt, SaidPeople
from booking.understand.wanted_words import HALL, KIND_WORDS, ROOMS

PEOPLE = r"(?:人(?!事|力|工|员|文|脸|体)|同事|客人|客户|嘉宾|访客|同学|小伙伴|参会者|学员|老师)"
EN_PEOPLE = r"(?:people|persons?|pax|ppl|attendees|participants|guests|colleagues|seats|of us|adults|visitors|clients|customers|men)(?![a-z])"
US = r"(?:我们|咱们|咱|我方|我司|己方)"
GUESTS = r"(?:客户|客人|访客|来宾|嘉宾|对方|甲方|乙方)"
OF_US = re.compile(rf"{US}|自己|同事|of us|colleagues")
OF_GUESTS = re.compile(rf"{GUESTS}|guests|visitors|clients|customers")
IN_ALL = r"(?:一共|总共|共|合计|总计|加起来)"
OF_ALL = re.compile(IN_ALL)


def _people(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    return _said(most_of(match["n"]), match[0])


def _said(number: int | None, words: str) -> Sequence[Said]:
    if not number:
        return []
    us, guests = OF_US.search(words) is not None, OF_GUESTS.search(words) is not None
    whole = OF_ALL.match(words) is not None
    return [SaidPeople(number, in_all=whole, us=us and not guests, guests=guests and not us)]


def _range(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    """Take the larger: whoever comes needs a seat."""
    low, high = numeral_value(match["a"]), numeral_value(match["n"])
    return _said(high, match[0]) if low and high and low < high else []


def _vague(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["n"]) if match["n"] else 0
    return [SaidPeople(number, vague=True)] if number is not None else []


COLLEAGUES = r"同事们?"
COUNTED = rf"(?:\s*(?:个|位|名|口)\s*(?:{PEOPLE})?|\s*{PEOPLE})"
EN_COMING = r"(?:com(?:e|ing)|visit(?:ing)?)"
NOT_PEOPLE = r"\s*(?:工位|会议室|房间|位子|座位|柜|间)"
NOT_OTHER = rf"(?!\s*(?:小时|钟|半|月|星期|礼拜|周|点)|{NOT_PEOPLE})"
ALONE = rf"(?:\s*(?:个|位|名|口)?\s*{PEOPLE}|\s*(?:个|位|名|口){NOT_OTHER})"
ANOTHER_COUNT = rf"\s*{N}\s*(?:个|位|名)?\s*{PEOPLE}"


def _and_me(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["n"])
    return [SaidPeople(number + 1, us="同事" in match[0])] if number else []


def _sum(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    """Read 5+3人, 5男3女."""
    one, other = (numeral_value(match[name]) for name in ("a", "n"))
    return [SaidPeople(one + other)] if one and other else []


def _none(_match: Match[str], _at: SaidAt) -> Sequence[Said]:
    return []


HOW_MANY: tuple[Reading, ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (
            rf"(?:其中|包括|包含|(?<!不)含)(?:有|了)?\s*{N}{COUNTED}|每\s*[组拨桌队批场]\s*{N}{COUNTED}|半\s*个?人(?![工生])",
            _none,
        ),
        (rf"{A}(?:including|of whom) {E} {EN_PEOPLE}", _none),
        (rf"(?P<a>{N})\s*[+]\s*(?P<n>{N})\s*(?:个|位|名)?\s*{PEOPLE}", _sum),
        (rf"(?P<a>{E})\s*[+]\s*(?P<n>{E})\s*{EN_PEOPLE}", _sum),
        (rf"(?P<a>{N})\s*个?男的?[\s,、]*(?P<n>{N})\s*个?女的?(?![士生])", _sum),
        (rf"(?:再|外|另|还)?加上?(?={ANOTHER_COUNT})", lambda _m, _at: [Link.FILLER]),
        (rf"(?:会?见|约见)(?={ANOTHER_COUNT})", lambda _m, _at: [Link.FILLER]),
        (
            rf"(?P<n>{N})\s*个?\s*(?:座位|位[子置])(?:的\s*)?(?=[大小]?(?:{ROOMS}|{KIND_WORDS[HALL]}))",
            _people,
        ),
        (rf"(?P<n>{N})\s*个(?=\s*(?:再|外|另|还)?加上?{ANOTHER_COUNT})", _people),
        (rf"(?P<n>{N})\s*(?:个|位|名)\s*(?:我们|咱们|咱|自己)(?:的(?!{NOT_PEOPLE})人?|人|同事)", _people),
        (
            rf"{US}(?:部门|公司|团队|小组|组|这边|自己)?(?:有|来|去|是)?\s*(?P<n>{N}){ALONE}",
            _people,
        ),
        (rf"(?:{GUESTS}|{COLLEAGUES})(?:那边|方)?(?:有|来|是)?\s*(?P<n>{N}){ALONE}", _people),
        (rf"{IN_ALL}(?:有|是)?\s*(?P<n>{N}){ALONE}", _people),
        (rf"(?P<a>{N})\s*(?:-|到|至|、)\s*(?P<n>{N})\s*(?:个|位|名)?\s*{PEOPLE}", _range),
        (rf"{A}(?P<a>{E})\s*(?:-|to|or)\s*(?P<n>{E})\s*{EN_PEOPLE}", _range),
        (rf"我[和跟与]\s*(?P<n>{N})\s*(?:个|位|名)\s*{PEOPLE}", _and_me),
        (rf"{A}(?P<n>{E}) {EN_PEOPLE}(?: are| will(?: be)?)? {EN_COMING}{Z}", _people),
        (rf"{A}(?:me|myself) and (?P<n>{E}) {EN_PEOPLE}", _and_me),
        (rf"(?:好几|几|若干)(?P<n>(?!))?\s*(?:个|位|名)?\s*{PEOPLE}", _vague),
        (rf"(?P<n>{N})\s*(?:多|几|来)\s*(?:个|位|名)?\s*{PEOPLE}", _vague),
        (rf"(?P<n>{N})\s*(?:个|位|名)?\s*{PEOPLE}", _people),
        (rf"(?<!第)(?P<n>{N})\s*位(?![数置子于次工卡]|以)", _people),
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


PLUS = re.compile(r"\W*?(?:(?:再|外|另|还)?加上?|另外|另有|还有|plus|[+])\W*(?:有|来)?\W*")
AND = re.compile(r"\W*?(?:和|跟|与|以及|and|&)\W*")
A_COUNT = re.compile(rf"(?!其中|包括|包含|含)(?:.*)(?:\d|[{CHINESE}])\s*(?:个|位|名|口|男|女|拨)")


def read_people(draft: Draft) -> int | None:
    """Add the parts up where they surely are parts of all; where they may be or not, all are said back."""
    found = draft.said(SaidPeople)
    wholes = {said.people for _, said in found if said.in_all}
    parts = [(number, said) for number, said in found if not said.in_all]
    if any(_may_be_more(draft, number) for number, _ in found) or len(wholes) > 1:
        draft.refuse_all(SaidPeople)
        return None
    if wholes:
        return _whole(draft, wholes.pop(), parts)
    if len({said for _, said in parts}) <= 1:
        parts = parts[:1]
    oneself = _oneself(draft, parts)
    if oneself is None or not _are_parts(draft, parts):
        draft.refuse_all(SaidPeople)
        return None
    return sum(said.people for _, said in parts) + oneself if parts else None


def _whole(draft: Draft, whole: int, parts: Sequence[tuple[int, SaidPeople]]) -> int | None:
    """Take what is said to be all; parts that do not make it up are said back, and all where they are more."""
    in_parts = sum(said.people for _, said in parts) + (_oneself(draft, parts) or 0)
    if in_parts > whole:
        draft.refuse_all(SaidPeople)
        return None
    if in_parts < whole:
        draft.refuse_each(number for number, _ in parts)
    return whole


def _oneself(draft: Draft, parts: Sequence[tuple[int, SaidPeople]]) -> int | None:
    """Count oneself beside whom one brings (带两个客户); None where nobody says how many do, or who is counted."""
    if not parts:
        return 0
    number, first = parts[0]
    before, words = draft.before(number), _read(draft, number)
    brings = BRINGS.search(before)
    if brings and len(parts) == 1 and NAMED_FIRST.match(words):
        return 0 if brings["along"] and first.people > 1 else None  # 我和客户两个人; 带客户两个人
    comes = _comes(draft, number)
    ours = OF_US_ALL.search(words) is not None
    if not comes and (brings is None or ours or not (brings["me"] or BROUGHT.search(words))):
        return 0
    if any(OF_US_ALL.search(_read(draft, other)) for other, _ in parts[1:]):
        return 0  # 带3个客户 4个我们的
    several = ours or OF_SEVERAL.search(before) is not None
    return None if several and not (brings and brings["me"]) else 1


def _comes(draft: Draft, number: int) -> bool:
    """Tell whether these are guests who come to whoever says so: 两个客户来, 接待两位客户."""
    words = _read(draft, number)
    return (
        OF_GUESTS.search(words) is not None
        and (
            COME_WITHIN.search(words)
            or COME.match(draft.after(number))
            or RECEIVES.search(draft.before(number))
        )
        is not None
    )


def _read(draft: Draft, number: int) -> str:
    return PlainText.of(draft.words(number)).read


BRINGS = re.compile(
    rf"(?P<me>我(?!们)[要想会得需]{{0,2}}\s*)?(?:(?:带|领|陪|(?P<along>[和跟与同]))[着上了来]?|{A}(?:with|bring(?:ing)?))\s*$"
)
BROUGHT = re.compile(rf"{OF_GUESTS.pattern}|同事|colleagues")
NAMED_FIRST = re.compile(rf"{GUESTS}|{COLLEAGUES}")
"""Who is named before the number: with 和 it counts all, with 带 all or those alone."""
COME = re.compile(r"\s*[要会将]{0,2}(?:过?来(?![个间张])|到访|到场|拜访)")
COME_WITHIN = re.compile(rf"{GUESTS}(?:那边|方)?来|{A}{EN_COMING}{Z}")
RECEIVES = re.compile(r"(?:来|来了|见|接待|招待|拜访)\s*$")
OF_US_ALL = re.compile(rf"{US}|自己|of us")
OF_SEVERAL = re.compile(rf"{US}|{A}(?:we|us|our){Z}")


def _are_parts(draft: Draft, parts: Sequence[tuple[int, SaidPeople]]) -> bool:
    """Tell whether each is beside the others: of the others' side, or joined by a word that says so."""
    if len(parts) == len((US, GUESTS)) and {(said.us, said.guests) for _, said in parts} == BOTH_SIDES:
        return True
    gaps = [(draft.between(one, other), (first, then)) for (one, first), (other, then) in pairwise(parts)]
    return all(
        PLUS.fullmatch(words) or (AND.fullmatch(words) and (one.us, one.guests) != (other.us, other.guests))
        for words, (one, other) in gaps
    )


BOTH_SIDES = {(True, False), (False, True)}


def _may_be_more(draft: Draft, number: int) -> bool:
    """Tell whether a count that is not understood stands beside one that is: 4个外部的 3个客户."""
    for way in (-1, 1):
        at = number + way
        while 0 <= at < len(draft.pieces) and draft.pieces[at].said == (Link.FILLER,):
            at += way
        if not 0 <= at < len(draft.pieces) or draft.pieces[at].said:
            continue
        words = PlainText.of(draft.words(at)).read
        between = draft.between(*sorted((at, number)))
        if A_COUNT.match(words) or (re.match(r"\d+ [a-z]", words) and JOINS.search(between)):
            return True
    return False


JOINS = re.compile(rf"{A}(?:and|plus){Z}|[+&]")
