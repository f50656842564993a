"""The process: answers, moves, launches, ratings, letters, surveys and rehearsals."""

SENTENCES = {
    "subject.unknown": "This record does not exist, or you may not see it.",
    "subject.changed": "It changed meanwhile (version %(version)s now). Look at it again, then decide.",
    "move.unknown": "There is no step “%(move)s” in this process.",
    "move.note_required": "This step needs a note. Say why in a sentence.",
    "move.note_too_long": "The note has %(length)s characters; at most %(most)s are kept. Shorten it.",
    "move.zone_unknown": (
        "The time zone “%(zone)s” of this person does not exist, so no deadline can be computed. Correct it in the "
        "source of the people data and import it again; then it goes on by itself."
    ),
    "move.failed": (
        "Something is wrong with this record, and its deadline could not be acted on. It is tried again every hour; "
        "tell whoever runs the system, whose log says more."
    ),
    "move.not_bulk": "This step is taken one by one, not for several at once.",
    "answer.body_too_long": (
        "The form holds %(length)s characters in all; at most %(most)s are kept. Shorten some texts."
    ),
    "answer.required": "This field is empty. Fill it in.",
    "answer.cell_required": "Row %(row)s: “%(column)s” is empty. Fill it in, or remove the row.",
    "answer.row_required": "There is no row yet. Add at least one.",
    "answer.file_required": "A file is needed as evidence. Attach a PDF, picture or office file.",
    "answer.malformed": (
        "The form arrived in a shape that does not fit. Load the page again; your text is kept."
    ),
    "answer.negative": "The amount must not be negative.",
    "answer.no_rubric": "This cycle has no rubric, so there is nothing to judge. Ask HR.",
    "answer.not_a_date": "“%(value)s” is not a date. Write it like 2026-12-31.",
    "answer.day_past": "%(value)s is in the past. Choose today or a later day.",
    "answer.unprintable": (
        "The feedback letter cannot print %(characters)s. Take it out, or write it in another way."
    ),
    "answer.four_decimals": "At most four decimals are kept. Round it.",
    "answer.target_needed": "There is no target. Set one.",
    "answer.no_target": "There is no target yet. Set at least one: without a target, no figure counts.",
    "answer.not_a_number": "This is not a number. Write it like 1234.50.",
    "answer.number_too_large": "This number is too large. Check its zeros.",
    "answer.not_asked_now": (
        "This step is not open now: the review has moved on, or nothing is missing any more."
    ),
    "answer.submitted": (
        "This was submitted already and cannot be changed. HR or the other side can send it back."
    ),
    "answer.too_long": "This text has %(length)s characters; at most %(most)s are kept. Shorten it.",
    "answer.too_many_decimals": "The amount has more decimals than %(currency)s has. Round it.",
    "answer.too_many_rows": "There are %(count)s rows; at most %(most)s are kept. Join or remove some.",
    "answer.unknown_field": "The form has no field “%(field)s”. Load the page again; your text is kept.",
    "answer.value_needed": "Enter a number for %(indicator)s, or leave it out.",
    "answer.weight_needed": "%(indicator)s needs a weight above 0.",
    "answer.weight_not_positive": "The weight must be greater than zero.",
    "attachment.kind": "“%(name)s” is not a PDF, PNG, JPEG or office file. Attach one of these.",
    "attachment.too_large": "The file has %(bytes)s bytes; at most %(most)s are kept. Attach a smaller one.",
    "launch.hr_only": "Only HR launches a cycle.",
    "launch.key_missing": "The cycle needs a short name, for example 2027Q1.",
    "launch.key_taken": "There is a cycle “%(key)s” already. Choose another name, for example “%(key)s-2”.",
    "launch.nobody": "Nobody matches these rules. Widen the units, positions or the date of hire.",
    "launch.not_accepted": "%(kind)s “%(name)s” has not been accepted yet. Accept it under Scheme first.",
    "launch.no_source": (
        "%(indicator)s has no source: nothing delivers %(kind)s. It will be left out or entered by hand."
    ),
    "launch.source_silent": (
        "%(indicator)s: the source of %(kind)s has been silent since %(since)s. Import newer data."
    ),
    "launch.already_in_cycle": "Already in a cycle of this process in an overlapping period; left out.",
    "launch.paid_elsewhere": (
        "Already paid by another cycle: its plan has a pay component of this plan in an overlapping period; left "
        "out."
    ),
    "launch.left_out_by_hand": "Left out by hand.",
    "launch.no_manager": "No manager on that day. The next one up or HR acts instead.",
    "launch.joined_late": "Joined after the period began.",
    "launch.leaves_early": "Leaves before the period ends.",
    "launch.no_target": "No target was given, though others have one.",
    "launch.no_pay_base": "No pay base on record in the period (%(base)s): nothing would be due for it.",
    "launch.no_email": "No e-mail address; told by the inbox only.",
    "launch.no_account": "No account, so no way to sign in yet. Open one under People.",
    "launch.nobody_for_role": (
        "Some step could be taken by nobody but themselves. Grant the role to a second person."
    ),
    "launch.error": "The review could not be created. The detail names the cause; try again.",
    "letter.failed": "The letter could not be printed. Try again.",
    "letter.hr_only": "Only HR prints a letter again.",
    "letter.incomplete": (
        "The letter of %(person)s cannot be written: %(fields)s are missing or too long. Return "
        "the review to the manager."
    ),
    "letter.not_failed": "This letter has not failed, so there is nothing to try again.",
    "letter.unknown": "This letter does not exist, or you may not see it.",
    "plan.no_catalogue": "The plan cannot be read without a sound indicators.toml (%(count)s faults there).",
    "rating.closed": "The review is closed; its rating stays.",
    "rating.hr_only": "Only HR sets a rating against the rule.",
    "rating.not_computed": "There is no computed rating yet. Wait for the figures and the manager review.",
    "rating.own": "Nobody sets their own rating.",
    "rating.reason_required": "A rating against the rule needs a reason. Say why in a sentence.",
    "rating.reason_unprintable": (
        "The feedback letter cannot print %(characters)s. Take it out, or write it in another way."
    ),
    "rating.reason_too_long": "The reason has %(length)s characters; at most %(most)s are kept. Shorten it.",
    "rating.released": "The result is released. Reopen it with a reason first.",
    "rating.unknown": "There is no rating “%(rating)s”. Choose one of %(known)s.",
    "remind.hr_only": "Only HR reminds people of a whole cycle.",
    "survey.bad_level": "%(indicator)s, %(question)s: choose 1 to 5.",
    "survey.comment_too_long": (
        "The comment has %(length)s characters; at most %(most)s are kept. Shorten it."
    ),
    "survey.empty": "Nothing was answered yet. Rate one indicator, or write a comment.",
    "survey.no_ticket": "You were not asked about this cycle, or your answer is in already.",
    "survey.weight_negative": "A weight must not be negative.",
    "survey.weights_over": "The weights sum to %(sum)s, not to 100: %(over)s too many.",
    "survey.weights_sum": "The weights sum to %(sum)s, not to 100: %(missing)s are missing.",
    "measure.left_out_by_hand": "Left out by hand: %(reason)s",
    "measure.missing_frozen": (
        "After the cut-off figures are missing that were there before (%(count)s): %(indicator)s. So there is no "
        "score. Take the review back to data collection and enter them by hand or leave them out."
    ),
    "pay.corrected_to_zero": "Corrected to zero, with the reason in the correction.",
    "grant.not_yours": "Only HR or the system administrator grants roles.",
    "grant.not_your_unit": (
        "You give and end roles only for the units where you are HR or system administrator, and those below."
    ),
    "grant.in_the_past": "A role begins today at the earliest.",
    "grant.left": "The person will have left before the role begins.",
    "grant.to_oneself": "Nobody grants a role to themselves. Ask a colleague.",
    "grant.own": "Nobody takes back their own role. Ask a colleague.",
    "grant.over": "This role is over already.",
    "grant.unknown_role": "“%(role)s” is not a role that can be granted.",
    "grant.unknown_person": "This person does not exist.",
    "grant.unknown_unit": "This unit does not exist.",
    "grant.dates": "The role must begin before it ends.",
    "grant.held_already": "The person has this role there already in that time.",
    "demo.running": (
        "The demo runs already: %(address)s. Open that, or stop it first: Ctrl-C where it was started, or "
        "kill %(pid)s."
    ),
    "demo.no_port": "No port from %(first)s to %(last)s is free. Stop what uses them, and start again.",
    "demo.not_ready": (
        "The pages did not answer within %(seconds)s seconds. Look at the logs under var/demo/logs."
    ),
    "demo.process_ended": "“%(process)s” ended unexpectedly. Look at its log under var/demo/logs.",
    "account.no_person": "There is no person %(id)s. Import the people first.",
    "account.no_unit": "%(count)s units fit “%(code)s”, but exactly one is needed. Name it with --unit.",
    "cycle.unknown": "There is no cycle “%(cycle)s”. There are: %(known)s.",
    "export.choose_currency": (
        "Amounts of different currencies never stand in one file. Choose one with --currency: %(currencies)s."
    ),
    "export.no_folder": "There is no folder %(folder)s. Make it, or name another place.",
    "rehearsal.not_idle": "The queue was not done after %(seconds)s seconds. Look at the log of the workers.",
    "rehearsal.not_measured": "The figure was never computed.",
    "rehearsal.one_person": (
        "%(id)s needs a role from somebody else, but is alone. Name a second person under staff."
    ),
    "rehearsal.process_ended": "“%(process)s” ended unexpectedly. Look at its log.",
    "rehearsal.unknown_person": "There is no person %(id)s in the data, and no name was given to make one.",
    "rehearsal.unknown_unit": "There is no unit “%(unit)s”. Known are: %(known)s.",
    "rehearsal.unknown_key": "“%(name)s” is not known here. Check the spelling, or remove it.",
    "rehearsal.wrong_type": "“%(name)s” must be of the type %(expected)s.",
    "rehearsal.missing": "“%(name)s” is missing. Add it.",
    "rehearsal.currency": "“%(value)s” is not a currency. Write three capital letters, like CNY.",
    "rehearsal.format": "This format is not known. Write format = %(known)s.",
    "rehearsal.zone": "“%(value)s” is not a time zone. Write a name like Asia/Shanghai.",
    "rehearsal.period": "“%(name)s” needs two dates, from and until, in this order.",
    "rehearsal.no_data": "There is no file “%(file)s” in %(folder)s. Put it there, or name another folder.",
    "rehearsal.no_file": "There is no file “%(value)s” beside the configuration.",
    "rehearsal.no_role": "Nobody under staff has the role %(role)s. Give it to somebody.",
    "rehearsal.unknown_role": "“%(role)s” is not a role that can be granted.",
    "rehearsal.language": "“%(value)s” is not a language here. Write en or zh.",
}
