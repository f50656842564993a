"""What English letters say about efficiency: visits, deals, conversion."""

from __future__ import annotations

from reviewflow.simulation.phrases.shape import Remark, Step, Topic

EFFICIENCY = {
    "visits": Topic(
        strengths=(
            Remark(
                "Close to your customers",
                "You held %(actual)s visits (target %(target)s), spread over the whole period, and wrote "
                "the notes on the same day.",
            ),
            Remark(
                "Visits that lead somewhere",
                "%(actual)s visits against a target of %(target)s. Your notes name a next step, so "
                "colleagues could take over without asking.",
            ),
        ),
        gaps=(
            Remark(
                "Fewer visits than agreed",
                "You held %(actual)s visits, the target was %(target)s. Some of them surely took place "
                "without being recorded; what is not recorded cannot be counted.",
            ),
            Remark(
                "Visits came in bursts",
                "%(attainment)s of the agreed visits took place. Some weeks were full and others empty, "
                "and customers further away were visited least.",
            ),
        ),
        advice=(
            "Plan the route for the coming week on Friday and combine customers in the same district.",
            "Record each visit on the day it takes place; three lines are enough.",
        ),
        steps=(
            Step("Visit plan for every week", "each plan is in the CRM by Friday noon"),
            Step("Every customer of the first class visited once a month", "no gap longer than 31 days"),
        ),
    ),
    "deal_cycle": Topic(
        strengths=(
            Remark(
                "Deals decided faster",
                "Won deals took %(actual)s days on average (target %(target)s). You had the people who "
                "decide at the table early.",
            ),
            Remark(
                "Short way to the decision",
                "At %(actual)s days your deals close faster than the agreed %(target)s. Clear next steps "
                "after each meeting made the difference.",
            ),
        ),
        gaps=(
            Remark(
                "Deals take too long",
                "Won deals took %(actual)s days on average, against %(target)s. Several of them waited for "
                "an answer that nobody had asked for a second time.",
            ),
            Remark(
                "Decision makers come in late",
                "The average deal took %(actual)s days; %(target)s were agreed. Technical questions were "
                "settled long before the budget was discussed.",
            ),
        ),
        advice=(
            "Ask in the first meeting who decides, by when and from which budget, and write it down.",
            "When a deal has not moved for two weeks, bring it to the team meeting instead of waiting.",
        ),
        steps=(
            Step("Check all deals older than 60 days", "each one has a decision date or has been closed"),
            Step("Decision plan for each larger deal", "names the people, the dates and the budget"),
        ),
    ),
    "conversion_rate": Topic(
        strengths=(
            Remark(
                "More deals won",
                "You won %(actual)s of the deals that were decided (target %(target)s). You let go of weak "
                "opportunities early and prepared the others well.",
            ),
            Remark(
                "Strong in the final round",
                "A conversion rate of %(actual)s against %(target)s: your offers answered the questions "
                "that the customer had really asked.",
            ),
        ),
        gaps=(
            Remark(
                "Too many deals lost late",
                "You won %(actual)s of the decided deals; %(target)s were agreed. Most losses came after "
                "the offer, when much work had already gone in.",
            ),
            Remark(
                "Opportunities need an earlier check",
                "Conversion reached %(attainment)s of its target. Deals without a budget stayed in the "
                "list for too long and took time from better ones.",
            ),
        ),
        advice=(
            "Check need, budget, decision maker and date before you write an offer, and stop where two of "
            "them are missing.",
            "Note the reason of each lost deal within a week; we look at the pattern together every month.",
        ),
        steps=(
            Step("Reason noted for each lost deal", "complete for all deals of the next period"),
            Step("Two customer meetings observed by your manager", "both talked through on the same day"),
        ),
    ),
}
