"""The form of sign-in."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length


class SignInForm(FlaskForm):
    email = EmailField(
        lazy_gettext("E-mail"), [InputRequired(lazy_gettext("Enter your e-mail address.")), Length(max=254)]
    )
    password = PasswordField(
        lazy_gettext("Password"), [InputRequired(lazy_gettext("Enter your password.")), Length(max=1000)]
    )
    next = HiddenField()
