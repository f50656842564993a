"""Why files of the scheme cannot be accepted."""

SENTENCES = {
    "scheme.files_changed": (
        "The files changed after this page was shown. Look at the differences again and accept them then."
    ),
    "scheme.files_faulty": "%(files)s of the files have faults. Mend them; then all are accepted together.",
    "scheme.accepted": "%(file)s: no faults.",
    "scheme.not_utf8": "A file in %(folder)s is not UTF-8 text. Save it as UTF-8 and load this page again.",
    "scheme.unreadable": "%(file)s cannot be read. Put it back, or let the server read it, and load this page again.",
    "scheme.whole_company": (
        "These files hold for the whole company. Only HR of the whole company accepts them, and you are HR of a part."
    ),
}
