/* Weights of the survey: their sum while they are changed, and sliders that keep it at 100. */
"use strict";
(() => {
  const boxes = [...document.querySelectorAll("input[data-weight]")];
  const sum = document.querySelector("[data-weight-sum]");
  if (!boxes.length || !sum) return;
  const half = (text) => text.replace(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xFEE0));
  const value = (box) => Math.max(0, Math.min(100, Math.round(Number(half(box.value)) || 0)));
  const words = document.querySelector("[data-weight-said]");

  /* What is left of 100 goes to the other weights in proportion, whole numbers, the largest remainders first. */
  const keep = (moved) => {
    const others = boxes.filter((box) => box !== moved);
    const left = 100 - value(moved);
    const whole = others.reduce((total, box) => total + value(box), 0);
    const exact = others.map((box) => (whole ? (left * value(box)) / whole : left / others.length));
    const parts = exact.map(Math.floor);
    const order = exact.map((part, at) => at).sort((a, b) => exact[b] - parts[b] - (exact[a] - parts[a]));
    const missing = left - parts.reduce((total, part) => total + part, 0);
    order.slice(0, missing).forEach((at) => { parts[at] += 1; });
    others.forEach((box, at) => { box.value = parts[at]; });
  };
  const say = () => {
    const total = boxes.reduce((all, box) => all + value(box), 0);
    sum.textContent = String(total);
    sum.className = total === 100 ? "" : "bad";
    if (words) {
      const { over, missing } = words.dataset;
      words.textContent = total === 100 ? "" : (total > 100 ? over : missing).replace("#", String(Math.abs(total - 100)));
    }
    boxes.forEach((box) => { box.slider.value = value(box); });
  };
  boxes.forEach((box) => {
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: "0", max: "100", tabIndex: -1 });
    slider.setAttribute("aria-hidden", "true");
    box.slider = slider;
    box.after(slider);
    box.addEventListener("input", say);
    slider.addEventListener("input", () => { box.value = slider.value; keep(box); say(); });
  });
  say();
})();
