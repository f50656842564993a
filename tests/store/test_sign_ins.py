"""Accounts, sessions and form keys, on both databases."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select, update

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Refused
from reviewflow.core.viewer import Grant, Viewer, the_clock
from reviewflow.demo import roster
from reviewflow.services import accounts, sign_in
from reviewflow.store import clock, db, form_posts, sign_ins
from reviewflow.store.accounts import Account, LoginSession
from reviewflow.store.audit import Audit
from tests.cast import Cast

TODAY = date(2026, 4, 1)


@pytest.fixture
def lin(engine: Engine, cast: Cast) -> sign_ins.SignIn:
    with db.write(engine) as session:
        now = clock.moment(session)
        accounts.open_account(session, now, the_clock(TODAY), cast.lin, "Lin@Example.com", None)
        found = sign_ins.by_login(session, " lin@example.COM ")
    assert found is not None
    return found


def _now(engine: Engine) -> Moment:
    with db.read(engine) as session:
        return clock.moment(session)


def test_an_account_is_found_by_name_and_by_mark(engine: Engine, lin: sign_ins.SignIn) -> None:
    with db.read(engine) as session:
        assert sign_ins.by_uniquifier(session, lin.uniquifier) == lin
        assert sign_ins.by_login(session, "nobody") is None
    assert (lin.name, lin.language, lin.theme, lin.active) == ("Lin Yue", "zh", "auto", True)


def test_a_sign_in_name_is_given_once_whatever_its_case(
    engine: Engine, lin: sign_ins.SignIn, cast: Cast
) -> None:
    with pytest.raises(Refused), db.write(engine) as session:
        accounts.open_account(
            session, clock.moment(session), the_clock(TODAY), cast.hu, "LIN@example.com", "x" * 12
        )


def test_only_a_password_of_somebody_else_has_to_be_changed(engine: Engine, cast: Cast) -> None:
    clocks, me = the_clock(TODAY), Viewer(cast.hu, (), TODAY)
    with db.write(engine) as session:
        now = clock.moment(session)

        def must_change() -> bool:
            found = sign_ins.by_login(session, "hu")
            assert found is not None
            session.expire_all()
            return found.must_change

        made = accounts.open_account(session, now, clocks, cast.hu, "hu", None)
        assert not must_change()
        accounts.replace_password(session, now, clocks, "hu", "x" * 12)
        assert must_change()
        accounts.renew_hash(session, now, me, made, "the same, hashed anew")
        assert must_change()
        accounts.set_password(session, now, me, made, "hashed", "y" * 64)
        assert not must_change()
        accounts.open_account(session, now, clocks, cast.lin, "lin", "x" * 12)
        accounts.open_account(session, now, clocks, cast.wang, "wang", "x" * 12, must_change=False)
        rows = session.execute(select(Account.login, Account.must_change).order_by(Account.login))
        assert dict(tuple(row) for row in rows) == {"hu": False, "lin": True, "wang": False}


def test_standing_is_of_one_day(engine: Engine, cast: Cast) -> None:
    with db.read(engine) as session:
        hu = sign_ins.standing(session, cast.hu, TODAY)
        wang = sign_ins.standing(session, cast.wang, TODAY)
        before = sign_ins.standing(session, cast.hu, date(2000, 1, 1))
    assert hu.grants == (Grant("hr", cast.company),)
    assert (hu.manages, hu.position) == (False, "HR")
    assert (wang.grants, wang.manages, wang.position) == ((), True, "sales manager")
    assert not hu.reviewed
    assert (before.grants, before.manages, before.position) == ((), False, None)


def test_the_demos_list_names_roles(engine: Engine, cast: Cast) -> None:
    with db.write(engine) as session:
        for login, person in (("hu", cast.hu), ("wang", cast.wang), ("lin", cast.lin)):
            accounts.open_account(session, clock.moment(session), the_clock(TODAY), person, login, None)
        listed = sign_ins.demo_sign_ins(session, TODAY)
    assert [(one.login, one.roles) for one in listed] == [
        ("hu", ("hr",)),
        ("wang", ("manager",)),
        ("lin", ("employee",)),
    ]


def test_the_demos_list_names_only_those_whom_the_demo_begins_with(engine: Engine, cast: Cast) -> None:
    assert len(roster.SIGN_INS) == sign_ins.DEMO_SIGN_INS
    with db.write(engine) as session:
        for login, person in (("hu", cast.hu), ("wang", cast.wang), ("lin", cast.lin)):
            made = accounts.open_account(
                session, clock.moment(session), the_clock(TODAY), person, login, None
            )
            if login == "hu":
                session.execute(update(Account).where(Account.id == made).values(active=False))
        listed = sign_ins.demo_sign_ins(session, TODAY, most=2)
    assert [one.login for one in listed] == ["wang"]


def test_a_session_lives_until_it_is_ended_or_swept(engine: Engine, lin: sign_ins.SignIn) -> None:
    with db.write(engine) as session:
        now = clock.moment(session)
        sign_in.start(session, now, lin, "a" * 64, "{}", replaces=None)
        sign_in.start(session, now, lin, "b" * 64, "{}", replaces=None)
    with db.read(engine) as session:
        row = sign_ins.open_session(session, "a" * 64)
        assert row is not None
        assert row.sign_in == lin
        assert row.expires_at == now.wall + sign_in.ABSOLUTE
        assert len(sign_ins.sessions_of(session, lin.account_id, now.wall)) == 2
    with db.write(engine) as session:
        assert sign_in.keep(session, now, "a" * 64, '{"x": 1}')
        sign_in.end(session, now, lin.person_id, "a" * 64)
        assert not sign_in.keep(session, now, "a" * 64, "{}")
        later = Moment(now.business, now.wall + sign_in.IDLE + timedelta(seconds=1))
        assert sign_in.sweep(session, now) == 0
        assert sign_in.sweep(session, later) == 1
        assert session.scalars(select(LoginSession.token_hash)).all() == []


def test_what_happens_to_an_account_is_in_the_audit(engine: Engine, lin: sign_ins.SignIn) -> None:
    who = Viewer(lin.person_id, (), TODAY)
    with db.write(engine) as session:
        now = clock.moment(session)
        accounts.set_password(session, now, who, lin.account_id, "hash", "f" * 64)
        accounts.switch_off(session, now, who, "LIN@example.com")
        accounts.switch_on(session, now, who, "lin@example.com")
        accounts.choose(session, now, who, lin.account_id, "en", "dark")
        actions = session.scalars(select(Audit.action).order_by(Audit.id)).all()
    assert actions == [
        "account_opened",
        "password_changed",
        "account_disabled",
        "account_enabled",
        "settings_changed",
    ]
    with pytest.raises(Refused), db.write(engine) as session:
        accounts.switch_off(session, now, who, "nobody")


def test_a_form_key_counts_once(engine: Engine, lin: sign_ins.SignIn) -> None:
    key, now = "0" * 32, _now(engine)
    with db.write(engine) as session:
        assert form_posts.claim(session, now, lin.account_id, key, "d" * 64) is None
        form_posts.answer(session, lin.account_id, key, 303, {"to": "/x", "said": "好"})
    with db.write(engine) as session:
        first = form_posts.claim(session, now, lin.account_id, key, "e" * 64)
    assert first == form_posts.Answered("d" * 64, 303, {"to": "/x", "said": "好"})


def test_two_posts_at_once_have_one_effect(engine: Engine, lin: sign_ins.SignIn) -> None:
    key, now = "1" * 32, _now(engine)
    both, seen = threading.Barrier(2), []

    def post() -> None:
        both.wait()
        with db.write(engine) as session:
            first = form_posts.claim(session, now, lin.account_id, key, "d" * 64)
            if first is None:
                form_posts.answer(session, lin.account_id, key, 303, {"to": "/x"})
            seen.append(first)

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(first is None for first in seen) == [False, True]
    assert [first.reply for first in seen if first] == [{"to": "/x"}]


def test_a_key_of_a_rolled_back_post_is_free(engine: Engine, lin: sign_ins.SignIn) -> None:
    key, now = "2" * 32, _now(engine)

    def post_and_fail() -> None:
        with db.write(engine) as session:
            form_posts.claim(session, now, lin.account_id, key, "d" * 64)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        post_and_fail()
    with db.write(engine) as session:
        assert form_posts.claim(session, now, lin.account_id, key, "d" * 64) is None
