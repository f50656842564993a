"""Why a page refuses a request."""

SENTENCES = {
    "web.form_sent_before": (
        "This form was already sent with other content. Open the page again and send your text from there."
    ),
    "account.login_taken": "The sign-in name %(login)s is already in use. Choose another one.",
    "account.one_each": "This person has an account already; its sign-in name is %(login)s.",
    "account.password_short": "The password has %(length)s characters; at least %(least)s are needed.",
    "account.unknown": "There is no account with the sign-in name %(login)s.",
}
