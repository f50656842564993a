/* Brought into a page by inspection.py, together with axe where something is new. */
window.examination = (() => {
  const parts = () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const made = (one) => one && [one.localName, ...["class", "role", "open"].map((key) => one.getAttribute(key))].join(" ");
    return Map.groupBy(document.querySelectorAll("*"), (one) => `${dark} ${made(one.parentElement)} > ${made(one)}`);
  };
  const isText = (child) => child.nodeType === Node.TEXT_NODE && child.data.trim();

  return {
    /* The kinds of parts: theme, an element and the one around it, the words apart. */
    kinds: () => [...parts().keys()],

    /* All rules on the whole page; contrast, the dear one, on texts in parts of new kinds. */
    async examine(kinds) {
      const options = { resultTypes: ["violations"], preload: false, selectors: false };
      const all = parts();
      const texts = kinds.flatMap((kind) => all.get(kind) ?? []).filter((one) => [...one.childNodes].some(isText));
      const rest = await axe.run(document, { ...options, rules: { "color-contrast": { enabled: false } } });
      if (!texts.length) return rest.violations;
      const contrast = await axe.run({ include: texts }, { ...options, runOnly: ["color-contrast"] });
      return [...rest.violations, ...contrast.violations];
    },

    /* What sticks out on the right. */
    widest: (width) => [...document.querySelectorAll("body *")]
      .filter((one) => one.getBoundingClientRect().right > width + 1)
      .slice(0, 3).map((one) => one.outerHTML.slice(0, 120)),
  };
})();
