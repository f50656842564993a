"""Why a page refuses a request."""

SENTENCES = {
    "web.form_sent_before": (
        "This form was already sent with other content. Open the page again and send your text from there."
    ),
    "account.login_taken": "The sign-in name %(login)s is already in use. Choose another one.",
    "account.unknown": "There is no account with the sign-in name %(login)s.",
}
