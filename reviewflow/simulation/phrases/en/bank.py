"""The English phrases. Plain, about the work and never about the worth of the person."""

from __future__ import annotations

from reviewflow.simulation.phrases.en.efficiency import EFFICIENCY
from reviewflow.simulation.phrases.en.quality import QUALITY
from reviewflow.simulation.phrases.en.result import RESULT
from reviewflow.simulation.phrases.shape import PhraseBank, Remark, Step, Topic

ENGLISH = PhraseBank(
    topics=RESULT | EFFICIENCY | QUALITY,
    other=Topic(
        strengths=(
            Remark(
                "%(title)s: target met",
                "You reached %(actual)s against a target of %(target)s (%(attainment)s). The result was "
                "built up evenly over the period.",
            ),
        ),
        gaps=(
            Remark(
                "%(title)s: short of target",
                "You reached %(actual)s; %(target)s was agreed (%(attainment)s). The gap opened early and "
                "was not closed later.",
            ),
        ),
        advice=("Look at %(title)s every week and tell me early when it leaves the plan.",),
        steps=(
            Step("Plan for %(title)s with monthly milestones", "every milestone was checked on its date"),
        ),
    ),
    nearest=(
        Remark(
            "%(title)s came closest to target",
            "With %(actual)s against %(target)s this is your best result. It shows which way of working to "
            "carry over to the others.",
        ),
        Remark(
            "Solid work on %(title)s",
            "You reached %(attainment)s of the target (%(actual)s of %(target)s) in a period that was "
            "harder than planned.",
        ),
    ),
    hold=(
        Remark(
            "Keep %(title)s where it is",
            "All results met their targets; %(title)s is the closest to its own (%(actual)s, target "
            "%(target)s). It deserves the first look next time.",
        ),
    ),
    hold_advice=(
        "Share what works for you with the team: one example in each monthly meeting is enough.",
        "Take on one account that is new to you and larger than those you know.",
    ),
    hold_steps=(
        Step("Coach one colleague in a topic you master", "four joint customer meetings have taken place"),
        Step("Write down one way of working for the team handbook", "reviewed by two colleagues"),
    ),
    conduct=(
        Remark("Reliable records", "Your entries are complete and on time; colleagues can work with them."),
        Remark("A good colleague", "You helped others in busy weeks, and asked for help in time yourself."),
        Remark("Well prepared", "You come to customer meetings prepared, with a clear aim and an agenda."),
        Remark("Open to advice", "What we agreed in our talks was visible in your work soon afterwards."),
    ),
    untested=Remark(
        "Results have to become visible",
        "No figure could be computed for this period. We will make sure that your work is recorded where "
        "it can be counted.",
    ),
    evidence="%(title)s %(actual)s, target %(target)s, %(attainment)s; source rows: %(rows)s",
    evidence_without_rows="%(title)s %(actual)s, target %(target)s, %(attainment)s",
    evidence_conduct="Manager's own observation; talks during the period",
    achievements=(
        "My best result is %(title)s: %(actual)s against a target of %(target)s.",
        "I am most satisfied with %(title)s (%(actual)s, target %(target)s).",
    ),
    achievements_none=("I kept up the contact with all my customers and prepared the next period.",),
    self_gap=(
        "I fell short in %(title)s with %(actual)s of %(target)s, and I know what to change.",
        "%(title)s needs more of my time: %(actual)s against %(target)s.",
    ),
    sentences={
        "high": (
            "Seen in several customer meetings of the period; the notes show it.",
            "Colleagues asked for advice in this more than once.",
            "Done without a reminder, also in the busiest weeks.",
        ),
        "middle": (
            "As agreed; no weeks stood out in either direction.",
            "Good in most cases, with single exceptions that were talked through.",
            "Steady over the period.",
        ),
        "low": (
            "Promised twice and still open at the end of the period; discussed in our talks.",
            "Worked only after a reminder; we have agreed how to change this.",
            "Preparation was missing in several meetings, which cost time later.",
        ),
    },
    notes={
        "send_back": (
            "The target for new business seems high to me, because two larger customers have announced "
            "that they will buy less. Can we look at it together?",
            "I can support most of this. Please check the weights again: half of my time goes into "
            "existing customers.",
        ),
        "disagree": (
            "I have read the letter and disagree with the judgement on cooperation. The delays in the "
            "second month came from the delivery stop, which I reported at the time.",
            "The figures are right, but they do not show the territory I handed over in the period. I ask "
            "for this to be noted.",
        ),
        "refusal": ("The employee read the letter in a meeting with HR and did not wish to sign it.",),
        "return": (
            "Please add the reason for the performance coefficient and send this again.",
            "Please check the days in the period against the employee file.",
        ),
        "reject": ("The conditions of the plan are not met.",),
        "correct": ("Checked against the plan and the figures; the amount stands as proposed.",),
        "by_hand": ("The source did not deliver this figure in time; taken from the signed monthly report.",),
    },
    comments=(
        "The goals are clear. A monthly look at the figures would help me more than one at the end.",
        "Complaints often come from delivery, which I cannot influence. A smaller weight would be fair.",
        "I would count visits less and the result of visits more.",
        "Good to see how each number was computed.",
        "Retention depends on prices that are decided elsewhere.",
        "",
    ),
    joint="%(reviewee)s and %(author)s",
)
