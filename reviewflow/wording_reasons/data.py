"""What may be wrong with a mapping, a file, a line or an import of people, and why a figure is missing."""

SENTENCES = {
    "mapping.no_read": "The mapping reads no file. Add at least one [[read]].",
    "mapping.unknown_zone": "There is no time zone “%(value)s”. Use a name like Asia/Shanghai.",
    "mapping.bad_currency": "“%(value)s” is no currency code. Use three capital letters like CNY.",
    "mapping.unknown_encoding": (
        "There is no text encoding “%(value)s”. Use a name like utf-8 or gb18030, or leave it out."
    ),
    "mapping.bad_date_format": (
        "“%(value)s” is no date format: it needs one day, one month and one year, like DD.MM.YYYY."
    ),
    "mapping.same_sign": "“%(value)s” cannot be both the decimal sign and the sign between thousands.",
    "mapping.unknown_event": "“%(kind)s” is no kind of event. Known are: %(known)s.",
    "mapping.delivers_unread": (
        "The source delivers “%(kind)s”, but no [[read]] reads it. Add one, or take it out of the list."
    ),
    "mapping.until_before_from": "The days that the file covers end before they begin.",
    "mapping.never_complete": (
        "“complete” is for people and events; what is missing in a file of “%(kind)s” is never taken back."
    ),
    "mapping.no_key": "“%(kind)s” needs a key: the column, or the columns, that tell one row from another.",
    "mapping.unknown_field": "“%(field)s” is no field of “%(kind)s”. Known are: %(known)s.",
    "mapping.field_missing": "“%(kind)s” needs the field “%(field)s”. Say which column holds it.",
    "mapping.amount_or_rate": "A pay base has either an amount or a rate, and exactly one of them.",
    "mapping.one_way": "The field “%(field)s” needs exactly one of column, join and const.",
    "mapping.bad_const": "A constant is a text, a number or a date that is not blank.",
    "mapping.empty_where": "The condition on “%(column)s” names no value.",
    "mapping.ends_once": (
        "Say once how targets end: with a column for “ends”, or with ends = { next = ... } or { "
        "length = ... }."
    ),
    "mapping.bad_length": "“%(value)s” is no length of time. Use one unit, like P3M, P1Y or P10D.",
    "mapping.next_or_length": (
        "Targets end either before the next one begins or after a length of time: say one of the two."
    ),
    "mapping.creates_people_only": "Only a [[read]] of people can create others.",
    "mapping.not_flag": "“%(key)s” must be true or false.",
    "import.too_large": "%(file)s is larger than %(most)s MB. Split it.",
    "import.too_many_rows": "%(file)s has %(rows)s lines; at most %(most)s are read at once. Split it.",
    "import.empty": "%(file)s is empty: it has not even a header.",
    "import.workbook": (
        "%(file)s is a workbook of Excel or the like. Open it, save the sheet as “CSV UTF-8”, and send that file."
    ),
    "import.no_table": (
        "%(file)s is no CSV file, whatever its name says: it holds a page, a document, a picture or other data. "
        "Export the table as CSV and send that."
    ),
    "import.title_first": (
        "Line %(line)s of %(file)s should hold the names of the columns, but reads like a title. Delete what stands "
        "above the names, and send the file again."
    ),
    "import.bad_header": "Line %(line)s of %(file)s should be the header, but it cannot be read as one.",
    "import.unknown_encoding": (
        "The encoding of %(file)s cannot be told for sure. Save it as UTF-8, or name its encoding "
        "in the mapping."
    ),
    "import.not_encoded": (
        "%(file)s is not in the encoding %(encoding)s. Save it as UTF-8, or name its encoding in the mapping."
    ),
    "import.column_missing": (
        "The column “%(column)s” is not in %(file)s. Its columns are: %(there)s. Correct the file "
        "or the mapping."
    ),
    "import.columns_missing": (
        "These columns are not in %(file)s: %(columns)s. Its columns are: %(there)s. Correct the file or the mapping."
    ),
    "import.column_twice": "The column “%(column)s” is in %(file)s more than once. Rename one.",
    "import.file_unknown": (
        "The mapping does not know a file called “%(file)s”. It knows: %(known)s. Rename the file "
        "or extend the mapping."
    ),
    "import.file_missing": "The file %(file)s is not in %(folder)s.",
    "import.not_granted": "Data is imported by HR or a data inputter. You hold neither role today.",
    "import.part_only": (
        "A file is about the whole company. You may import for a part of it only; ask somebody who holds the role "
        "for the unit on top."
    ),
    "import.source_unknown": "There is no source “%(source)s” yet. Save its mapping first.",
    "import.no_mapping": (
        "No mapping is saved for the source “%(source)s”. Name one with --mapping. Known sources: %(known)s."
    ),
    "import.other_source": "The mapping is for the source “%(name)s”, not for “%(source)s”.",
    "import.withdraws_too_many": (
        "The file says that it is complete, but %(rows)s of %(of)s known events are missing in it. "
        "Nothing was imported. If that is right, import it again and say why."
    ),
    "import.dated_later": (
        "Rows dated later than today: %(count)s. Lines: %(lines)s. Look whether these days are right."
    ),
    "import.dated_frozen": (
        "Rows of a period whose figures are frozen already (%(cycles)s): %(count)s. Lines: %(lines)s. They are "
        "taken in; the frozen figures stay as they are."
    ),
    "import.withdrawn_frozen": (
        "Rows that are missing in the file are withdrawn from a period whose figures are frozen already "
        "(%(cycles)s): %(count)s. Ids: %(ids)s. The frozen figures stay as they are."
    ),
    "row.blank": "This must not be blank. Fill it in.",
    "row.date_open": "This must be a day, not an open end.",
    "row.too_long": "This is longer than %(longest)s characters. Shorten it.",
    "row.not_a_number": "This is not a number. Write digits, like 1234.50.",
    "row.id_sign": "An id must not begin with “%(sign)s”: a spreadsheet takes it for a formula. Correct the id.",
    "row.other_currency": (
        "This is another currency than %(currency)s, in which the mapping reads amounts. Convert it, or map a "
        "column that says the currency."
    ),
    "row.number_ambiguous": (
        "It is not clear whether the sign in this number is a decimal or separates thousands. Say "
        'decimal = "." or decimal = "," in the mapping.'
    ),
    "row.number_other_notation": (
        "This number is written in another way than the column, whose decimal sign is “%(decimal)s”."
    ),
    "row.number_shortened": (
        "A spreadsheet has shortened this number, and digits are lost. Export it with all digits."
    ),
    "row.number_too_large": "This number is too large to be kept exactly.",
    "row.too_many_decimals": "This has more than %(places)s decimals. Round it.",
    "row.negative": "This must not be below zero.",
    "row.not_a_date": "This is not a date. Write it like 2026-03-31.",
    "row.no_such_day": "There is no such day in the calendar.",
    "row.date_ambiguous": (
        'It is not clear which of the two numbers is the day. Say dates = ["DD/MM/YYYY"] or '
        '["MM/DD/YYYY"] in the mapping.'
    ),
    "row.date_short_year": (
        "The year has two digits only. Write it out, or give a format with YY in the mapping."
    ),
    "row.date_not_as_said": "The mapping says that dates are written %(formats)s; this one is not.",
    "row.date_out_of_range": "The year is not between %(first)s and %(last)s.",
    "row.ends_before": "This lies before the first day, %(begins)s.",
    "row.begins_after": "This lies after the last day, %(ends)s. Give a new last day, or leave it blank.",
    "row.base_told_twice": (
        "%(file)s says something else in line %(line)s about the same component from %(begins)s on. Keep one "
        "of the two."
    ),
    "row.opened_after": "It cannot have been opened after it was closed on %(on)s.",
    "row.no_last_day": (
        "No last day follows from the mapping: nothing begins later, and “last” lies before this day."
    ),
    "row.bad_currency": "This is no currency code. Use three letters like CNY.",
    "row.bad_language": "This is no language of the product. Use en or zh.",
    "row.bad_zone": "There is no such time zone. Use a name like Asia/Shanghai.",
    "row.repeated_id": "Line %(first)s has the same id and says something else. Keep one of the two.",
    "row.contradicts": "Line %(first)s says “%(said)s” about the same one. Keep one of the two.",
    "row.unknown_person": "Nobody has this id. Import the person first, or say in the mapping who is meant.",
    "row.unknown_unit": (
        'There is no unit with this code. Import the unit first, or say creates = ["unit"] in the mapping.'
    ),
    "row.not_encoded": "The line is in another encoding than the file. Save the file as UTF-8.",
    "row.control_sign": "The line holds control characters. Export it again.",
    "row.quote_not_closed": "A quotation mark is opened in this line and not closed.",
    "row.other_width": (
        "The line has %(cells)s cells, but the header has %(columns)s columns. A separator inside a"
        " text needs quotation marks around it."
    ),
    "row.cell_too_long": (
        "A cell of this line is longer than any text should be. Look for a missing quotation mark."
    ),
    "people.not_granted": "People are imported by HR. You do not hold this role today.",
    "people.part_only": (
        "People are imported for the whole company. You are HR of a part of it; ask HR of the unit on top."
    ),
    "people.too_many_leave": (
        "After this import %(count)s of %(of)s people (%(percent)s%%) would have left. Nothing was "
        "imported. If that is right, import again and say why."
    ),
    "people.too_many_ids": (
        "This import would change the ids of %(count)s of %(of)s people (%(percent)s%%). Nothing "
        "was imported. If that is right, import again and say why."
    ),
    "people.confirm_option": 'With --confirm "REASON" it is let through, and the reason is kept.',
    "people.manager_ring": (
        "These people would manage each other in a ring: %(ring)s. Correct one of the lines."
    ),
    "people.unit_ring": (
        "These units would stand above each other in a ring: %(ring)s. Correct one of the lines."
    ),
    "measure.other_currency": (
        "It cannot be computed: %(rows)s rows are not in %(currency)s, and amounts of different "
        "currencies do not add."
    ),
    "measure.by_hand": "Entered by hand: %(text)s",
}
