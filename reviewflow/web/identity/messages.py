"""What the identity library says, in our words, so that it is translated like the rest."""

from reviewflow.web.language import marked as _

NOT_RIGHT = _("The sign-in name or the password is not right.")

MESSAGES = {
    "USER_DOES_NOT_EXIST": (NOT_RIGHT, "error"),
    "INVALID_PASSWORD": (_("The password is not right."), "error"),
    "DISABLED_ACCOUNT": (NOT_RIGHT, "error"),
    "PASSWORD_NOT_PROVIDED": (_("Enter the password."), "error"),
    "PASSWORD_IS_THE_SAME": (_("The new password is the old one. Choose another."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (_("The two new passwords differ."), "error"),
    "PASSWORD_INVALID_LENGTH": (_("The password needs at least %(length)s characters."), "error"),
    "PASSWORD_CHANGE": (_("Your password is changed. You are signed out everywhere else."), "success"),
    "UNAUTHENTICATED": (_("Sign in to see this page."), "info"),
    "INVALID_REDIRECT": (_("That address is not one of ours."), "error"),
}
