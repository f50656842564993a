"""What the services refuse at a second look: superseded awards, people of other units, odd input."""

SENTENCES = {
    "award.superseded": (
        "The result behind this award was reopened. The award is being withdrawn; a new one follows the new "
        "result."
    ),
    "attachment.too_many": "There are %(most)s files already, as many as are kept. Join some into one PDF.",
    "launch.key_too_long": (
        "The short name must be one line of at most %(most)s characters, because every letter's number carries "
        "it; this one has %(length)s."
    ),
    "launch.not_in_population": "No longer among the people whom this launch chose.",
    "launch.outside_your_units": (
        "%(count)s of these people belong to units for which you are not HR. Choose your own units."
    ),
    "survey.unknown_indicator": "“%(indicator)s” is not an indicator of this cycle. Load the page again.",
    "survey.weight_not_whole": "Weights are whole percent, like 25.",
}
