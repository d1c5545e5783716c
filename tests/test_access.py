"""Who may enter where: every route, every role, every stranger, and nobody sees another's things."""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule

from booking.blueprints.kit.access import allowed_at
from booking.people.models import Member, Role
from tests.access_cases import NOT_404, PLAIN, THINGS, WITHOUT_CSRF, Have, Owner, make_all

TENANTS = {Role.MEMBER, Role.MANAGER}
SERVER_ERROR = 500


def routes(app):
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def methods(rule: Rule):
    return [method for method in ("GET", "POST") if method in (rule.methods or ())]


def url_of(app, rule: Rule, have: Have):
    values = {}
    for name in sorted(rule.arguments):
        if (rule.endpoint, name) in PLAIN:
            values[name] = PLAIN[rule.endpoint, name]
        elif name in PLAIN:
            values[name] = PLAIN[name]
        else:
            assert name in have.ids, f"tests/access_cases.py does not know what <{name}> of {rule.rule} is"
            values[name] = have[name]
    built = rule.build(values)
    assert built is not None, rule.rule
    return built[1]


def owners(rule: Rule):
    return {THINGS[name][0] for name in rule.arguments if name in THINGS}


class Door:
    """Knocks at routes as somebody, with a session made anew each time: some routes end sessions."""

    def __init__(self, app, session, sign_in):
        self.app, self.session, self.sign_in = app, session, sign_in

    def knock(self, member: Member | None, method: str, url: str, **more):
        if member is None:
            return self.app.test_client().open(url, method=method, **more)
        self.session.rollback()
        self.session.refresh(member)
        return self.sign_in(member).open(url, method=method, **more)


@pytest.fixture
def door(app, session, sign_in):
    return Door(app, session, sign_in)


@pytest.fixture
def park(world):
    return world.park()


@pytest.fixture
def have(world, park):
    return make_all(world, park)


def every(app, have):
    return [(rule, method, url_of(app, rule, have)) for rule in routes(app) for method in methods(rule)]


def test_strangers_are_sent_to_sign_in_and_nowhere_else(app, have, door):
    wrong = []
    for rule, method, url in every(app, have):
        answer = door.knock(None, method, url)
        if getattr(app.view_functions[rule.endpoint], "fetched", False):
            fine = answer.status_code == 401 and "<html" not in answer.text  # a script asked, not a person
        elif not allowed_at(app, rule.endpoint):
            fine = answer.status_code < SERVER_ERROR and answer.status_code not in {401, 403}
        elif method == "GET":
            fine = answer.status_code == 302 and answer.location.startswith("/sign-in?next=/")
        else:
            fine = answer.status_code == 401 and 'name="password"' in answer.text
        if not fine:
            wrong.append(f"{method} {url}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_role_enters_where_the_route_says_so(app, have, door):
    wrong = []
    for wanted in ("GET", "POST"):
        for rule, method, url in every(app, have):
            roles = sorted(allowed_at(app, rule.endpoint) or ()) if method == wanted else []
            for role in roles:
                answer = door.knock(have.people[role], method, url)
                if answer.status_code in {401, 403} or answer.status_code >= SERVER_ERROR:
                    wrong.append(f"{role} {method} {url}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_role_enters_nowhere_else(app, have, door):
    wrong = []
    for rule, method, url in every(app, have):
        for role in sorted(set(Role) - (allowed_at(app, rule.endpoint) or set(Role))):
            answer = door.knock(have.people[role], method, url)
            wanted = 404 if owners(rule) else 403
            if answer.status_code != wanted:
                wrong.append(f"{role} {method} {url}: {answer.status_code}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def not_found(app, door, mine: Have, theirs: Have, kinds):
    """Knock with one's own people, of every role, at another's things; tell what answered other than 404."""
    wrong = []
    for rule, method, url in every(app, theirs):
        if not owners(rule) & kinds or rule.endpoint in NOT_404:
            continue
        for role in mine.people:
            if Owner.PARK in kinds or role in TENANTS:
                answer = door.knock(mine.people[role], method, url)
                if answer.status_code != 404:
                    wrong.append(f"{role} {method} {url}: {answer.status_code}, not 404")
    return wrong


def test_another_parks_things_are_not_there(app, world, have, door):
    theirs = make_all(world, world.park())
    wrong = not_found(app, door, have, theirs, set(Owner))
    assert not wrong, "\n".join(wrong)


def test_another_enterprises_things_are_not_there(app, world, park, have, door):
    neighbour = make_all(world, park, beside=have)
    wrong = not_found(app, door, have, neighbour, {Owner.ENTERPRISE})
    assert not wrong, "\n".join(wrong)


def test_every_form_needs_its_key(app, have, door):
    app.config["WTF_CSRF_ENABLED"] = True
    wrong = []
    for rule, method, url in every(app, have):
        if method != "POST" or rule.endpoint in WITHOUT_CSRF:
            continue
        allowed = sorted(allowed_at(app, rule.endpoint) or Role)
        answer = door.knock(have.people[allowed[0]], "POST", url, data={"a": "typed"})
        if getattr(app.view_functions[rule.endpoint], "fetched", False):
            said = ""
        elif rule.endpoint == "sign_in.show":
            said = 'name="password"'  # its own page again, with a new key
        else:
            said = "刚才的内容没有提交"
        fine = answer.status_code == 400 and said in answer.text
        if not fine:
            wrong.append(f"{allowed[0]} {url}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
