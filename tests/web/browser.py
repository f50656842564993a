"""A browser without a screen: follows redirects, keeps cookies, fills in the forms that a page really has."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "correct horse battery"


@dataclass
class PageForm:
    """A form of a page: where it goes and what it would send."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.select: str | None = None
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(PageForm(got.get("action", ""), got.get("method", "get")))
        if not self.forms:
            return
        form, name, value = self.forms[-1], got.get("name", ""), got.get("value", "")
        if tag == "input" and name and (got.get("type") not in ("checkbox", "radio") or "checked" in got):
            form.fields.append((name, value or ("on" if got.get("type") == "checkbox" else "")))
        elif tag == "button":
            form.buttons.append((name, value))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in got:
            form.fields.append((self.select, value))
        elif tag == "textarea":
            self.area = name
            form.fields.append((name, ""))

    def handle_data(self, data: str) -> None:
        if self.area and self.forms:
            form = self.forms[-1]
            form.fields[-1] = (self.area, form.fields[-1][1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area and self.forms:
            name, text = self.forms[-1].fields[-1]
            self.forms[-1].fields[-1] = (name, text.removeprefix("\r\n").removeprefix("\n"))  # as browsers do
            self.area = None
        elif tag == "select":
            self.select = None


class Browser:
    """One person's browser. `text` is the page it shows, `status` its status, `path` its address."""

    def __init__(self, app: Flask, address: str = "192.0.2.10") -> None:
        self.client: FlaskClient = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = address
        self.answer: TestResponse

    @property
    def text(self) -> str:
        return self.answer.get_data(as_text=True)

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def path(self) -> str:
        return self.answer.request.path

    def open(self, path: str, **headers: str) -> Browser:
        return self._show(self.client.get(path, headers=headers, follow_redirects=True))

    def post(self, path: str, **values: str) -> Browser:
        """A bare post, without what a form would add."""
        return self._show(self.client.post(path, data=values, follow_redirects=True))

    def _show(self, answer: TestResponse) -> Browser:
        answer.get_data()
        answer.close()
        self.answer = answer
        return self

    def fragment(self, path: str) -> Browser:
        """What htmx gets."""
        return self.open(path, **{"HX-Request": "true"})

    def forms(self) -> list[PageForm]:
        parser = _Forms()
        parser.feed(self.text)
        return parser.forms

    def form(self, action: str) -> PageForm:
        """The page's form that goes to this path; the address's query does not matter."""
        found = [form for form in self.forms() if urlsplit(form.action).path == action]
        assert found, (
            f"no form to {action} on {self.path}; there are {[form.action for form in self.forms()]}"
        )
        return found[0]

    def submit(
        self, action: str, follow: bool = True, press: tuple[str, str] | None = None, **values: str
    ) -> Browser:
        """Fill in and send the form that goes to `action`, with its hidden fields."""
        return self.send(self.form(action), follow, press, **values)

    def send(
        self, form: PageForm, follow: bool = True, press: tuple[str, str] | None = None, **values: str
    ) -> Browser:
        """Send a form that was read before, so that it can be sent twice or late."""
        data: dict[str, list[str]] = {}
        for name, value in form.fields:
            data.setdefault(name, []).append(value)
        data.update({name: [value] for name, value in values.items()})
        if press:
            data[press[0]] = [press[1]]
        return self._show(self.client.post(form.action, data=data, follow_redirects=follow))

    def sign_in(self, login: str, password: str = PASSWORD, follow: bool = True) -> Browser:
        """Sign in; without `follow` the page that comes first is not made."""
        return self.open("/sign-in").submit("/sign-in", follow, username=login, password=password)

    def sign_out(self) -> Browser:
        return self.open("/settings").submit("/sign-out")
