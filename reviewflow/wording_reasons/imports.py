"""What may be wrong with an upload on its way in."""

SENTENCES = {
    "staging.bad_name": (
        "“%(name)s” cannot be the name of a source. Use small letters, digits and underscores, like crm."
    ),
    "staging.no_file": "No file was sent. Choose one.",
    "staging.gone": (
        "This upload is not kept any more: it was imported, thrown away, or a day has passed. Send it again."
    ),
    "staging.mapping_too_long": "The mapping has more than %(most)s characters. Shorten it.",
    "staging.mapping_changed": (
        "Somebody saved another mapping of %(source)s meanwhile. Compare the two, and take theirs or keep yours."
    ),
    "staging.reason_missing": "Say why this is right. Without a reason it is not imported.",
}
