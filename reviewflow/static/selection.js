/* A list of amounts: sum and largest of what is chosen, what happens to it, and its share in the bars above. */
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const bar = one("[data-currencies]");
  if (!bar) return;
  const currencies = JSON.parse(bar.dataset.currencies);

  /* As the server writes money: sign, thousands, all decimals. Minor units are whole numbers. */
  const written = (minor, currency) => {
    const [sign, digits] = currencies[currency];
    const amount = Math.abs(minor) / 10 ** digits;
    const text = amount.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return `${minor < 0 ? "−" : ""}${sign}${text}`;
  };
  const byCurrency = (boxes, join) => {
    const found = {};
    boxes.filter((box) => box.dataset.minor).forEach(({ dataset: { minor, currency } }) => {
      found[currency] = currency in found ? join(found[currency], Number(minor)) : Number(minor);
    });
    return found;
  };
  const say = (selector, text) => all(selector).forEach((place) => { place.textContent = text; });
  const list = (sums) => Object.entries(sums).map(([currency, minor]) => written(minor, currency)).join(" · ");

  const add = () => {
    const chosen = all("input[data-row]:checked");
    say("[data-sum]", list(byCurrency(chosen, (left, right) => left + right)));
    say("[data-largest]", list(byCurrency(chosen, Math.max)));
    all("[data-count]").forEach((place) => {
      const count = chosen.filter((box) => box.hasAttribute(`data-${place.dataset.count}`)).length;
      place.textContent = count === 1 ? place.dataset.one : place.dataset.many.replace("{n}", count);
    });
    all("[data-budget]").forEach((card) => {
      const [cycle, currency] = card.dataset.budget.split(":");
      const mine = chosen.filter((box) => box.dataset.cycle === cycle && box.dataset.currency === currency);
      const sum = byCurrency(mine, (left, right) => left + right)[currency] ?? 0;
      one("[data-part]", card).setAttribute("width", `${Math.min(100, (100 * sum) / Number(card.dataset.whole)).toFixed(1)}%`);
      if (!(currency in currencies)) return;
      one("[data-chosen]", card).textContent = written(sum, currency);
      one("[data-rest]", card).textContent = written(Number(card.dataset.waiting) - sum, currency);
    });
  };

  document.addEventListener("change", (event) => { if (event.target.matches("input[data-row], input[data-all]")) add(); });

  /* The link selects on a page of its own where scripts are off; here it need not leave this one. */
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-pick]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    all("input[data-row]").forEach((box) => { box.checked = box.hasAttribute("data-within"); });
    one("input[data-row]").dispatchEvent(new Event("change", { bubbles: true }));
  });
  add();
})();
