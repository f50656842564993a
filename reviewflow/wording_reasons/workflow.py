"""Why a workflow file is not accepted, and why a step of a process is not possible."""

SENTENCES = {
    "toml.syntax": "This is not valid TOML at column %(column)s: %(problem)s. Nothing after it was checked.",
    "toml.unfinished": (
        "The file ends in the middle of something (%(problem)s). Is a quotation mark or a bracket left open?"
    ),
    "toml.repeated": (
        "The key “%(key)s” is here for the second time; it already stands on line %(first)s. Remove one of "
        "the two."
    ),
    "toml.indented": (
        "“%(key)s” does not stand at the begin of its line. Write one key per line, without spaces before it."
    ),
    "workflow.not_utf8": "This line is not UTF-8 text. Save the file in the encoding UTF-8.",
    "workflow.accepted": "%(file)s: no faults, %(stages)s stages, %(moves)s moves.",
    "workflow.name_of_file": (
        "The workflow is called “%(name)s”, but its file is %(file)s. Give both the same name."
    ),
    "workflow.use_not_found": "“%(word)s” names a file that is not there: %(file)s.",
    "workflow.use_no_award": "“%(word)s” needs a workflow of the kind “award”; %(file)s is none.",
    "workflow.key_missing": "The key “%(key)s” is missing here.",
    "workflow.unknown_key": "There is no key “%(word)s” here; there is: %(known)s.",
    "workflow.not_text": "“%(key)s” has to be a text in quotation marks.",
    "workflow.not_whole": "“%(key)s” has to be a whole number.",
    "workflow.not_flag": "“%(key)s” has to be true or false, without quotation marks.",
    "workflow.not_words": '“%(key)s” has to be a list of texts, such as ["one", "two"].',
    "workflow.not_table": '“%(key)s” has to be a table, such as { name = "value" }.',
    "workflow.not_tables": "“%(key)s” has to be a list of tables.",
    "workflow.empty": "“%(key)s” is empty. Write its text, or leave the key out if it is optional.",
    "workflow.bad_name": (
        "“%(word)s” cannot be a name: use small letters, digits and underscores, beginning with a letter, "
        "at most 40."
    ),
    "workflow.out_of_range": "“%(key)s” has to be between 0 and %(most)s.",
    "workflow.word_twice": "“%(word)s” stands twice in “%(key)s”.",
    "workflow.translation_missing": "“%(key)s” has no text for the language “%(language)s”.",
    "workflow.unknown_format": "This format is not known. Write format = %(known)s.",
    "workflow.unknown_kind": "“%(word)s” is no kind of workflow; there is: %(known)s.",
    "workflow.unknown_use": (
        "“%(word)s” cannot be pinned together with this kind of workflow; there is: %(known)s."
    ),
    "workflow.unknown_stage": "There is no stage “%(word)s”; there is: %(known)s.",
    "workflow.unknown_form": "There is no form “%(word)s”; there is: %(known)s.",
    "workflow.unknown_part": "“%(word)s” is no part that pages count by; there is: %(known)s.",
    "workflow.unknown_mark": "There is no mark “%(word)s”; there is: %(known)s.",
    "workflow.unknown_job": "There is no job “%(word)s”; there is: %(known)s.",
    "workflow.unknown_send": "There is no message “%(word)s”; there is: %(known)s.",
    "workflow.unknown_role": "Nobody can hold the role “%(word)s” here; there is: %(known)s.",
    "workflow.unknown_guard": "There is no guard “%(word)s”; there is: %(known)s.",
    "workflow.unknown_outcome": "There is no outcome “%(word)s”; there is: %(known)s.",
    "workflow.unknown_field_kind": "There is no field kind “%(word)s”; there is: %(known)s.",
    "workflow.unknown_due_from": "A deadline cannot count from “%(word)s”; there is: %(known)s.",
    "workflow.unknown_due_count": "Days cannot be counted as “%(word)s”; there is: %(known)s.",
    "workflow.unknown_at": "“at” cannot be “%(word)s”; there is: %(known)s.",
    "workflow.unknown_note": "“note” cannot be “%(word)s”; there is: %(known)s.",
    "workflow.bad_limit": (
        'The limit “%(amount)s” for “%(currency)s” is not an amount. Write it as { CNY = "20000.00" }: '
        "three capital letters, and the amount in quotation marks with no more decimals than the currency "
        "has."
    ),
    "workflow.stage_twice": "There are two stages “%(key)s”; the first is on line %(first)s.",
    "workflow.task_twice": "There are two tasks “%(key)s”; the first is on line %(first)s.",
    "workflow.move_twice": "There are two moves “%(key)s”; the first is on line %(first)s.",
    "workflow.form_twice": "There are two forms “%(key)s”; the first is on line %(first)s.",
    "workflow.by_nobody": "Nobody may do this: “by” names no role. Silence means no.",
    "workflow.by_and_not_by": (
        "The role “%(role)s” stands in both “by” and “not_by”, so that it can never act."
    ),
    "workflow.approver_again": "An earlier approver can only be kept out: write the role in “not_by”.",
    "workflow.task_of_clock": "A task is work for people; the clock does none. Use a move with “at” instead.",
    "workflow.task_in_end": "The stage “%(stage)s” is an end; a task there would never be of use.",
    "workflow.task_is_move": "“%(key)s” is the key of a task and of a move. Give them different keys.",
    "workflow.at_of_people": '“at” is for moves of the clock alone. Remove it, or write by = ["clock"].',
    "workflow.clock_and_people": (
        "A move belongs to the clock or to people, not to both. Make two moves of it."
    ),
    "workflow.clock_without_at": (
        'A move of the clock needs “at”: "ready" (tried after every change) or "due" (from the deadline on).'
    ),
    "workflow.clock_cannot": "“%(key)s” has no meaning for a move of the clock. Remove it.",
    "workflow.no_deadline": "This move waits for the deadline of the stage “%(stage)s”, which has no “due”.",
    "workflow.last_has_when": (
        "The last target must have no “when”: it is where the move leads if no other fits."
    ),
    "workflow.never_passed": (
        "What follows the target “%(stage)s” is never reached: only the last target may be without “when”."
    ),
    "workflow.guard_without_task": (
        "The guard “%(guard)s” hinders nobody in the stage “%(stage)s”, which has no such task."
    ),
    "workflow.mark_wants_guard": (
        "This move sets the mark “%(mark)s” and therefore needs the guard “%(guard)s”."
    ),
    "workflow.mark_wants_outcome": (
        "This move sets the mark “%(mark)s” and therefore needs an outcome; there is: %(known)s."
    ),
    "workflow.clock_decides": "Setting the mark “%(mark)s” is for people to decide, never for the clock.",
    "workflow.decides_for_self": (
        "Nobody may set the mark “%(mark)s” for themselves: write “%(role)s” in “not_by”."
    ),
    "workflow.acts_for_self": (
        "Nobody may do this about themselves, for it changes figures, an amount or a result: write “%(role)s” in "
        "“not_by”."
    ),
    "workflow.form_unused": "No task uses the form “%(key)s”.",
    "workflow.form_empty": "The form “%(key)s” has no fields.",
    "workflow.field_twice": "This form has two fields “%(key)s”.",
    "workflow.use_missing": "“%(reader)s” reads a file that is not named: write “%(word)s” in “uses”.",
    "workflow.limit_missing": (
        'The guard “%(guard)s” needs its limits: write %(guard)s = { CNY = "20000.00" } under [limits].'
    ),
    "workflow.limit_unused": "These limits are never read: no move or task uses the guard “%(guard)s”.",
    "workflow.unreachable": "Nothing leads to the stage “%(stage)s”.",
    "workflow.dead_end": (
        "The stage “%(stage)s” is a dead end: no move leads out of it. Add one, or write end = true."
    ),
    "workflow.no_end": "No stage is an end. Write end = true where the process is over.",
    "workflow.end_left": "The stage “%(stage)s” is an end and cannot be left.",
    "workflow.no_way_to_end": "From the stage “%(stage)s” no end can be reached.",
    "workflow.needs_absent": (
        "The stage “%(stage)s” can only be left with the help of somebody who may be away. Add a move of "
        "the clock, the manager or HR that leads on."
    ),
    "workflow.circle": (
        "Automatic moves lead from the stage “%(stage)s” back to it at once; they would never stop."
    ),
    "workflow.half_set": (
        "The stage “%(stage)s” would be entered half marked: %(already)s is already set, %(missing)s is "
        "not. Clear the first on the way."
    ),
    "workflow.mark_too_early": "The mark “%(mark)s” would be set without any of: %(needed)s.",
    "workflow.marks_apart": "These marks would be set together, but exclude each other: %(marks)s.",
    "workflow.promise_too_early": (
        "“%(word)s” in the stage “%(stage)s” would begin before the mark “%(mark)s” is set."
    ),
    "workflow.clears_nothing": (
        "The mark “%(mark)s” is never set where this move begins, so that there is nothing to clear."
    ),
    "machine.unknown_move": "There is no such action (%(move)s) in this process.",
    "machine.wrong_stage": (
        "“%(move)s” is not possible now; this stands at “%(stage)s”. Open the page again to see what is."
    ),
    "policy.automatic": "This happens by itself; nobody can do it by hand.",
    "policy.belongs_to": "This is not yours to do. It belongs to: %(role)s.",
    "policy.excluded": "Whoever is %(role)s here may not do this.",
    "policy.excluded_reviewee": "This review is about you; somebody else has to do this.",
    "policy.excluded_beneficiary": "This award is yours; somebody else has to decide about it.",
    "policy.excluded_preparer": "You prepared this award; somebody else has to decide about it.",
    "policy.excluded_earlier_approver": (
        "You already signed this award; the next signature has to be somebody else's."
    ),
    "guard.task_open": "“%(task)s” has not been submitted yet. Whose turn it is: %(role)s.",
    "guard.no_goals": "There are no goals yet. Add at least one, with weights that sum to 100.",
    "guard.weights_sum": "Weights sum to %(sum)s. %(missing)s are missing.",
    "guard.weights_over": "Weights sum to %(sum)s. That is %(over)s too many.",
    "guard.targets_missing": "Goals that have no target yet: %(count)s. Enter a target for each.",
    "guard.nothing_to_enter": "No figure is missing; there is nothing to enter.",
    "guard.measures_not_computed": (
        "The figures have not been computed yet. This takes a moment after the last import."
    ),
    "guard.measures_older": (
        "Figures came in since these were computed. They are computed anew, which takes a moment, and then it "
        "goes on by itself."
    ),
    "guard.measures_open": (
        "Figures are still missing (%(count)s): %(indicator)s. Import their source, enter them by hand, or "
        "leave them out."
    ),
    "guard.scores_not_ready": "The score has not been computed yet.",
    "guard.veto_open": "A veto item waits for a decision.",
    "guard.calibration_off": "This cycle has no calibration.",
    "guard.no_rating": "There is no rating yet.",
    "guard.letter_missing": "There is no feedback letter yet.",
    "guard.letter_due": "The feedback letter is being printed. Try again in a moment.",
    "guard.letter_failed": "The feedback letter could not be printed. HR sees why and can try again.",
    "guard.award_approved": (
        "The award “%(component)s” is approved already. Correct it by an adjustment in the open period."
    ),
    "guard.awards_not_proposed": "The awards have not been proposed yet.",
    "guard.award_open": "The award “%(component)s” is not settled yet.",
    "guard.amount_due": "There is an amount to decide about.",
    "guard.zero_by_hand": "The amount was corrected to zero: that is for the approvers to sign, like any amount.",
    "guard.within_limit": "The amount %(amount)s is within the limit of %(limit)s.",
    "guard.not_superseded": "The result that this award rests on was not reopened.",
}
