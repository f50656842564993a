"""Why something on a review is not open yet."""

SENTENCES = {
    "review.opens_by": "It opens with “%(stage)s”, at the latest on %(day)s.",
    "review.opens_with": "It opens with “%(stage)s”.",
}
