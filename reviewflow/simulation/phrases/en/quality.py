"""What English letters say about quality: satisfaction, retention, complaints."""

from __future__ import annotations

from reviewflow.simulation.phrases.shape import Remark, Step, Topic

QUALITY = {
    "satisfaction": Topic(
        strengths=(
            Remark(
                "Satisfied customers",
                "Your customers give %(actual)s (target %(target)s). They name reliable answers and kept "
                "promises as the reason.",
            ),
            Remark(
                "Service that is noticed",
                "A satisfaction of %(actual)s against %(target)s is the result of calls returned on the "
                "same day, also when the news was not good.",
            ),
        ),
        gaps=(
            Remark(
                "Satisfaction below target",
                "Customers give %(actual)s, the target is %(target)s. Delivery dates that moved without a "
                "call are mentioned most.",
            ),
            Remark(
                "Customers wait for answers",
                "Satisfaction stands at %(actual)s against %(target)s. The product is rated well; what is "
                "missed is a quick reply.",
            ),
        ),
        advice=(
            "Call the customer as soon as a date moves, before they notice it themselves.",
            "Answer each request within one working day, if only to say when the full answer will come.",
        ),
        steps=(
            Step("Call to each customer who gave 3 or less", "done within five working days of the answer"),
            Step("Answer within one working day", "no request older than a day at the weekly check"),
        ),
    ),
    "retention": Topic(
        strengths=(
            Remark(
                "Customers stay",
                "%(actual)s of your customers ordered again (target %(target)s). You keep in touch between "
                "orders, not only before them.",
            ),
            Remark(
                "Loyal customers",
                "Retention is %(actual)s against %(target)s. You noticed early when an account went quiet "
                "and won it back.",
            ),
        ),
        gaps=(
            Remark(
                "Customers lost quietly",
                "%(actual)s of your customers ordered again, the target is %(target)s. Those who left had "
                "not been contacted for weeks.",
            ),
            Remark(
                "Existing customers got less time",
                "Retention reached %(attainment)s of its target. Winning new customers is going well, but "
                "part of it replaces customers who did not come back.",
            ),
        ),
        advice=(
            "Look once a month at the customers who have not ordered for six weeks, and call them first.",
            "Agree the next order, or at least the next call, before you leave a customer.",
        ),
        steps=(
            Step("Monthly list of quiet customers", "each one contacted, with the answer noted"),
            Step("Win back two customers lost this period", "a new order, or a clear reason, from each"),
        ),
    ),
    "complaint_rate": Topic(
        strengths=(
            Remark(
                "Few complaints",
                "Complaints stand at %(actual)s (at most %(target)s agreed). Orders are complete and "
                "correct when they leave your desk.",
            ),
            Remark(
                "Clean orders",
                "With %(actual)s complaints, within the agreed %(target)s, you promised what the company "
                "could deliver.",
            ),
        ),
        gaps=(
            Remark(
                "Complaints above the limit",
                "Complaints stand at %(actual)s, the limit is %(target)s. Delivery promises that were not "
                "checked with the warehouse led to most of them.",
            ),
            Remark(
                "Orders need a second look",
                "The complaint rate is %(actual)s against %(target)s. Incomplete order data caused wrong "
                "deliveries that a short check would have caught.",
            ),
        ),
        advice=(
            "Check delivery dates with the warehouse before you promise them, and read each order once "
            "more before you send it.",
            "Take each complaint up with the customer yourself; it is the quickest way to the cause.",
        ),
        steps=(
            Step("Check list before each order is sent", "used for every order of the next period"),
            Step("Cause of each complaint discussed in the team", "one rule changed for each repeated cause"),
        ),
    ),
}
