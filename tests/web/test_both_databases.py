"""One way through the frame on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

from tests.web.browser import PASSWORD, Browser


def test_in_through_the_settings_and_out(browser: Callable[[str], Browser]) -> None:
    zhao = browser("").open("/settings").submit("/sign-in", username="zhao", password=PASSWORD)
    assert zhao.path == "/settings"
    form = zhao.form("/settings")
    zhao.send(form, language="zh", theme="dark").send(form, language="zh", theme="dark")
    assert (zhao.status, zhao.path) == (200, "/settings")
    assert 'lang="zh-CN" data-bs-theme="dark"' in zhao.text
    new = "a longer sentence"
    zhao.open("/password").submit("/password", password=PASSWORD, new_password=new, new_password_confirm=new)
    assert "密码已修改" in zhao.text
    assert zhao.sign_out().path == "/sign-in"
    assert zhao.open("/settings").path == "/sign-in"
