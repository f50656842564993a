"""What English letters say about results: orders, margin, cash, new business."""

from __future__ import annotations

from reviewflow.simulation.phrases.shape import Remark, Step, Topic

RESULT = {
    "sales_amount": Topic(
        strengths=(
            Remark(
                "Sales above the agreed target",
                "You closed %(actual)s against a target of %(target)s. The result came from steady orders "
                "across your customers rather than from one large deal, which makes it repeatable.",
            ),
            Remark(
                "A strong quarter in signed orders",
                "Signed orders reached %(attainment)s of the target. You planned the last weeks early, so "
                "the end of the period needed no rush and no extra discount.",
            ),
            Remark(
                "Target met without losing focus",
                "Sales came to %(actual)s, %(attainment)s of the target. You kept the larger accounts "
                "moving while the smaller ones still heard from you in time.",
            ),
        ),
        gaps=(
            Remark(
                "Sales stayed below target",
                "Orders came to %(actual)s against %(target)s. Several quotations were still open at the "
                "end of the period; the gap is mostly timing, but it has to be seen earlier.",
            ),
            Remark(
                "Too few orders from larger accounts",
                "You reached %(attainment)s of the sales target. The number of orders is fair, their size "
                "is not: the larger accounts ordered less than we planned together.",
            ),
            Remark(
                "Sales need an earlier start",
                "Sales ended at %(actual)s, short of %(target)s. Most orders were signed late in the "
                "period, which left no time to make up for the ones that slipped.",
            ),
        ),
        advice=(
            "Go through your ten largest accounts at the beginning of each month and name the next order "
            "for each; bring the list to our weekly talk.",
            "Plan backwards from the target: how many quotations must be out by the middle of the period, "
            "and for which customers.",
        ),
        steps=(
            Step(
                "Account plan for the ten largest customers",
                "each plan names the next order, its date and the person who decides",
            ),
            Step(
                "Weekly look at open quotations with your manager",
                "no quotation is older than 30 days without a next step",
            ),
        ),
    ),
    "gross_margin": Topic(
        strengths=(
            Remark(
                "Prices held",
                "Your gross margin is %(actual)s against %(target)s. You explained the price by the "
                "benefit and gave discounts only against volume.",
            ),
            Remark(
                "Profitable mix of orders",
                "With %(actual)s you are at %(attainment)s of the margin target. Service contracts and "
                "spare parts in the offer paid off.",
            ),
        ),
        gaps=(
            Remark(
                "Margin given away in discounts",
                "Gross margin is %(actual)s, the target was %(target)s. The discounts near the end of the "
                "period were granted before the customer asked for them.",
            ),
            Remark(
                "Margin below plan",
                "You reached %(attainment)s of the margin target. Sales volume did not make up for the "
                "lower price, so more revenue earned less.",
            ),
        ),
        advice=(
            "Offer longer service or faster delivery before you offer a lower price, and agree any "
            "discount above five percent with your manager first.",
            "Prepare two options for each offer, so that a lower price always means a smaller scope.",
        ),
        steps=(
            Step("Every discount gets a reason in the CRM", "no order of the next period lacks one"),
            Step("Training on negotiating price", "attended, and two offers reviewed with the trainer"),
        ),
    ),
    "collection_rate": Topic(
        strengths=(
            Remark(
                "Customers pay on time",
                "%(actual)s of what was due has been collected (target %(target)s). You settle payment "
                "dates when the contract is signed, and it shows.",
            ),
            Remark(
                "Receivables well in hand",
                "Collection stands at %(actual)s. You called before the due date instead of after it, and "
                "finance had to remind few of your customers.",
            ),
        ),
        gaps=(
            Remark(
                "Collection trails signing",
                "%(actual)s of what was due has been collected; the target is %(target)s. Orders without "
                "agreed payment dates are the larger part of what is overdue.",
            ),
            Remark(
                "Too much is overdue",
                "Collection reached %(attainment)s of its target. A few customers pay late every time; "
                "they need an agreement, not another reminder.",
            ),
        ),
        advice=(
            "Agree payment dates in the contract, call each customer a week before the due date, and tell "
            "finance early when a payment is in doubt.",
            "For customers who paid late twice, ask for part of the amount in advance on the next order.",
        ),
        steps=(
            Step(
                "Payment plan with the customers that are overdue",
                "every overdue invoice has a confirmed date, and the collection rate is back at its target",
            ),
            Step("Weekly list of due invoices shared with finance", "sent each Monday of the next period"),
        ),
    ),
    "new_customers": Topic(
        strengths=(
            Remark(
                "New business above target",
                "New customers won: %(actual)s (target %(target)s). Your follow-up after the first meeting "
                "was fast, and prospects noticed it.",
            ),
            Remark(
                "A wider customer base",
                "New customers: %(actual)s against a target of %(target)s. You depend less on single "
                "accounts than a year ago.",
            ),
        ),
        gaps=(
            Remark(
                "Few new customers",
                "New customers won: %(actual)s; %(target)s were agreed. Prospecting stopped in the weeks "
                "in which existing customers needed you most.",
            ),
            Remark(
                "Prospecting needs fixed time",
                "New customers stand at %(actual)s of %(target)s. First meetings went well when they took "
                "place; there were too few of them.",
            ),
        ),
        advice=(
            "Keep two half-days a week for prospecting and defend them against day-to-day requests.",
            "Ask satisfied customers for one introduction each; a recommended prospect is easier to win.",
        ),
        steps=(
            Step(
                "List of 30 prospects, reviewed every second week", "every prospect has been contacted once"
            ),
            Step("Two half-days a week for prospecting", "kept in at least ten weeks of the next period"),
        ),
    ),
}
