"""What the services refuse at a second look: superseded awards, people of other units, odd input."""

SENTENCES = {
    "award.superseded": (
        "The result behind this award was reopened. The award is being withdrawn; a new one follows the new "
        "result."
    ),
    "attachment.too_many": "There are %(most)s files already, as many as are kept. Join some into one PDF.",
    "launch.everybody_in_cycle": (
        "Everybody who matches is in a cycle of this process in that time already, or in one that pays the same. "
        "Choose another period."
    ),
    "launch.everybody_left_out": "Everybody who matches is left out. The check says why.",
    "launch.calendar_without": (
        "%(calendar)s names no day of %(year)s: there, deadlines count Monday to Friday. Accept a newer calendar."
    ),
    "launch.no_suggestions": (
        "No suggestions yet: the last period ends on %(day)s, and targets are suggested from its figures."
    ),
    "launch.key_signs": (
        "The short name may hold letters from A to Z, digits, “-” and “_” only: it is a part of every letter's "
        "number."
    ),
    "launch.key_too_long": (
        "The short name must be one line of at most %(most)s characters, because every letter's number carries "
        "it; this one has %(length)s."
    ),
    "deadline.hr_only": "Only HR moves a deadline.",
    "deadline.own": "This is your own record. Somebody else in HR moves its deadline.",
    "deadline.none": "There is no deadline to move here: this step has none, or the record is closed.",
    "deadline.day_needed": "Choose the day until which it is in time.",
    "deadline.past": "That day is over: today is %(today)s where this person works. Choose today or a later day.",
    "deadline.too_far": "That is more than %(most)s days ahead. Check the year.",
    "deadline.reason_required": "Say in a sentence why the deadline moves.",
    "deadline.reason_too_long": (
        "The reason has %(length)s characters; at most %(most)s are kept. Shorten it."
    ),
    "launch.dismissed": "Joined after the launch and stays out: HR decided so.",
    "launch.in_it_already": "This person is in %(cycle)s already.",
    "launch.listed_already": "What became of this person stands in the report of %(cycle)s already.",
    "launch.not_in_population": "No longer among the people whom this launch chose.",
    "launch.outside_your_units": (
        "%(count)s of these people belong to units for which you are not HR. Choose your own units."
    ),
    "survey.unknown_indicator": "“%(indicator)s” is not an indicator of this cycle. Load the page again.",
    "survey.weight_not_whole": "Weights are whole percent, like 25.",
}
