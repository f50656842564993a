"""Letters: values that are not as they must be, and letters that cannot be printed."""

SENTENCES: dict[str, str] = {
    "letter.missing_glyph": (
        "%(field)s has characters that no font of the letters can print: %(characters)s. "
        "Write them in another way."
    ),
    "letter.template": "The letter template does what it may not, or names an unknown field: %(error)s.",
    "letter.not_a_template": "The stored letter template cannot be read. Accept the template files again.",
    "letter.layout": "The letter could not be laid out (%(error)s). Shorten its texts, or tell the operator.",
    "letter.too_slow": "Printing took longer than %(seconds)s seconds and was stopped. Shorten the texts.",
    "letter.too_much_memory": (
        "Printing needed more than %(most)s MB of memory and was stopped. Shorten the texts."
    ),
    "letter.too_large": "The letter is larger than %(most)s MB. Use a smaller logo or shorter texts.",
    "letter.crashed": "Printing ended with an error of the program (%(how)s). Tell the operator.",
    "letter.killed": "Printing was ended from outside (signal %(signal)s). It will be tried again.",
    "letter.no_mould": "The printing process does not answer. The letter will be tried again.",
    "letter_values.line": "%(field)s must be a text of 1 to 200 characters.",
    "letter_values.text": "%(field)s must be a text of 1 to 3,000 characters.",
    "letter_values.number": "%(field)s must be a decimal number, written as text.",
    "letter_values.day": "%(field)s must be a date like 2026-09-30.",
    "letter_values.instant": "%(field)s must be a time with its offset, like 2026-09-30T18:00:00+08:00.",
    "letter_values.count": "%(field)s must be a whole number, 0 or more.",
    "letter_values.flag": "%(field)s must be true or false.",
    "letter_values.code": "%(field)s must be 16 digits or capital letters.",
    "letter_values.address": "%(field)s must be a web address of at most 200 characters.",
    "letter_values.picture": "%(field)s must be an SVG drawing of at most 100 kB.",
    "letter_values.choice": "%(field)s must be one of: %(choices)s.",
    "letter_values.list": "%(field)s must be a list.",
    "letter_values.too_many": "%(field)s has too many entries. The letter holds at most %(most)s.",
    "letter_values.record": "%(field)s must be a record with named fields.",
    "letter_values.unknown": "%(field)s is not a field of the letter. Remove it.",
    "letter_values.missing": "%(field)s is missing.",
    "letter_values.replaces": (
        "%(field)s must name the earlier revision from revision 2 on, and must be absent in revision 1."
    ),
    "letter_values.period": "%(field)s lies before the first day of the period.",
    "letter_values.bands": "%(field)s must stand from the best grade to the lowest.",
    "letter_values.gap": "%(field)s must give each past cycle a total or the reason why there is none.",
    "letter_values.missing_reason": (
        "%(field)s must have points, or the reason why it cannot be computed, and not both."
    ),
}
