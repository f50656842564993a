"""The library's forms for signing in and changing the password, in our words and without its extras."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_security import ChangePasswordForm, LoginForm
from flask_security.forms import EqualToLocalize
from flask_security.proxies import _datastore
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from reviewflow.web.identity.messages import NOT_RIGHT

LONGEST = 200


class SignInForm(LoginForm):
    """Sign-in name and password. No remember-me: its cookie would outlive the session."""

    email = None
    remember = None
    username = StringField(
        _l("Sign-in name or e-mail"),
        [InputRequired(_l("Enter your sign-in name.")), Length(max=254)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter the password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )

    def validate(self, **kwargs: object) -> bool:
        """Look the account up ourselves; the library compares the password."""
        self.ifield = self.username
        self.user = _datastore.find_user(login=self.username.data or "")
        if super().validate(**kwargs):
            return True
        if self.username.data and self.password.data:
            # One answer for an unknown name, a wrong password and a disabled account: nobody learns which.
            self.username.errors, self.password.errors = [], []
            self.form_errors = [gettext(NOT_RIGHT)]
        return False


class PasswordForm(ChangePasswordForm):
    """Old password, new password twice."""

    password = PasswordField(
        _l("Password now"),
        [InputRequired(_l("Enter the password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    new_password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter the new password.")), Length(max=LONGEST)],
        description=_l("At least 12 characters. A sentence you remember is better than a riddle."),
        render_kw={"autocomplete": "new-password"},
    )
    new_password_confirm = PasswordField(
        _l("New password again"),
        [EqualToLocalize("new_password", message="RETYPE_PASSWORD_MISMATCH"), Length(max=LONGEST)],
        render_kw={"autocomplete": "new-password"},
    )
