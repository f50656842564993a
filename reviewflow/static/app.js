/* What pages do better with JavaScript. Without it every form posts and every link leads. */
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = one("#words")?.dataset ?? {};

  /* Dialogs: a link to #id opens it, data-close closes it, data-open opens at load or when htmx brings it. */
  const open = (dialog) => { if (dialog && !dialog.open) { dialog.showModal(); one("textarea, input:not([type=hidden])", dialog)?.focus(); } };
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) { event.preventDefault(); open(document.getElementById(opener.dataset.dialog)); return; }
    const closer = event.target.closest("[data-close]");
    const dialog = closer?.closest("dialog");
    if (dialog) { if (closer.getAttribute("href") === "#") event.preventDefault(); dialog.close(); return; }
    if (event.target.closest("[aria-disabled=true]")) event.preventDefault();
    event.target.closest("[data-dismiss]")?.closest("[data-toast]")?.remove();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches("a[role=button]")) { event.preventDefault(); event.target.click(); }
  });
  const arrive = (root) => {
    all("dialog[data-open]", root).forEach((dialog) => { if (!dialog.matches(":modal")) dialog.close(); open(dialog); dialog.removeAttribute("data-open"); });
    one("[data-focus]", root)?.focus();
    all("[data-toast]", root).forEach((line) => setTimeout(() => line.remove(), 8000));
  };
  document.addEventListener("htmx:after:swap", () => arrive(document));
  /* A page that comes with a question in its address (it was saved first) asks it as any other. */
  const asked = () => {
    const dialog = document.getElementById(location.hash.slice(1));
    if (dialog?.matches("dialog")) { location.replace("#"); open(dialog); }
  };

  /* Lists: J and K move, X selects, Enter opens. Ctrl K or the command key finds. */
  let at = -1;
  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const find = all("[data-find]").find((field) => field.offsetParent);
      if (find) { event.preventDefault(); find.focus(); find.select(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const rows = all("table[data-keys] tbody tr:not(.group), ul[data-keys] > li");
    if (!rows.length) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      rows[at]?.classList.remove("at");
      at = Math.max(0, Math.min(rows.length - 1, at + (key === "j" ? 1 : -1)));
      rows[at].classList.add("at");
      (one("[data-key]", rows[at]) ?? one("a[href], input", rows[at]) ?? rows[at]).focus();
      rows[at].scrollIntoView({ block: "nearest" });
    } else if (key === "x" && rows[at]) {
      one("input[type=checkbox]:not(:disabled)", rows[at])?.click();
    } else if (key === "enter" && rows[at] && event.target.matches("body, input[type=checkbox]")) {
      one("a[href]", rows[at])?.click();
    }
  });

  /* Selecting rows: a head box selects all; [data-selected] shows how many, [data-sum] their sum. */
  const recount = () => {
    const chosen = all("input[data-row]:checked");
    all("[data-selected]").forEach((place) => { place.textContent = String(chosen.length); });
    all("[data-needs-selection]").forEach((part) => { part.hidden = chosen.length === 0; });
    all("input[data-all]").forEach((box) => {
      const boxes = all("input[data-row]:not(:disabled)");
      box.checked = boxes.length > 0 && chosen.length === boxes.length;
      box.indeterminate = chosen.length > 0 && !box.checked;
    });
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-all]")) all("input[data-row]:not(:disabled)").forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("input[data-all], input[data-row]")) recount();
  });

  const halfWidth = (text) => text.replace(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xFEE0));

  /* Sums that follow the typing: input[data-sum=x] into [data-sum-of=x]; data-whole is what it must read. */
  document.addEventListener("input", (event) => {
    const name = event.target.dataset?.sum;
    if (!name) return;
    const parts = all(`input[data-sum="${name}"]`).map((field) => Math.round(Number(halfWidth(field.value).replaceAll(",", "")) * 10000));
    const sum = parts.reduce((total, part) => total + (part || 0), 0) / 10000;
    all(`[data-sum-of="${name}"]`).forEach((place) => {
      place.textContent = String(sum);
      place.classList.toggle("bad", sum !== Number(place.dataset.whole));
    });
  });

  /* Text is kept on the device until a post has worked. */
  const box = (form) => `kept:${new URL(form.action, location.href).pathname}`;
  const fields = (form) => all("textarea, input[type=text], input:not([type])", form).filter((field) => field.name);
  const keep = (form) => {
    const text = Object.fromEntries(fields(form).filter((field) => field.value).map((field) => [field.name, field.value]));
    if (Object.keys(text).length) sessionStorage.setItem(box(form), JSON.stringify(text));
  };
  const restore = () => all("main form[method=post]").forEach((form) => {
    const kept = sessionStorage.getItem(box(form));
    if (!kept || !fields(form).length) return; // the button that sends a text again has no field for it
    sessionStorage.removeItem(box(form));
    if (one("[data-toast]")) return; // a post has just worked
    const text = JSON.parse(kept);
    const empty = fields(form).filter((field) => text[field.name] && !field.value);
    empty.forEach((field) => { field.value = text[field.name]; });
    if (empty.length) toast(words.restored);
  });
  const toast = (text) => {
    const line = document.createElement("div");
    line.className = "toast-line";
    line.textContent = text;
    one("#toasts")?.append(line);
    setTimeout(() => line.remove(), 8000);
  };

  /* Signed out while writing: sign in over the page, then the post goes on. */
  const dialog = one("#sign-in-again");
  let last = Date.now();
  const freshen = (token) => {
    all("input[name=csrf_token]").forEach((field) => { field.value = token; });
    last = Date.now();
  };
  const fetched = (url) => fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  const told = async (answer) => (answer?.ok ? answer.json().catch(() => null) : null);
  /* True, false for who is signed out, null where nothing can be known: there is no connection. */
  const check = async () => {
    const answer = await fetched(dialog.dataset.check);
    if (answer?.status === 401) return false;
    const said = await told(answer);
    if (!said) return null;
    freshen(said.csrf_token);
    ending.close();
    watch(said.seconds);
    return true;
  };
  const post = async (form) => {
    const page = await fetch(dialog.dataset.url);
    const found = new DOMParser().parseFromString(await page.text(), "text/html");
    const body = new URLSearchParams(new FormData(form));
    body.set("csrf_token", one("main input[name=csrf_token]", found)?.value ?? "");
    await fetch(dialog.dataset.url, { method: "POST", body, redirect: "manual" });
  };
  const signIn = () => new Promise((done) => {
    open(dialog);
    const form = one("form", dialog);
    form.onsubmit = async (event) => {
      event.preventDefault();
      const worked = await post(form).then(check, () => null);
      one("[data-wrong]", dialog).hidden = worked !== false;
      one("[data-offline]", dialog).hidden = worked !== null;
      if (worked !== null) one("[name=password]", form).value = "";
      if (worked) { dialog.close(); done(); }
    };
  });

  /* Two minutes before the session ends a dialog says so; idleness is put off by one press. */
  const ending = one("#ending");
  const NOTICE = 120;
  const AGAIN = 10;
  let due, when;
  const later = (seconds) => { clearTimeout(due); due = setTimeout(ask, Math.max(seconds, 0) * 1000); };
  const watch = (seconds) => later(seconds - NOTICE);
  const tell = (state) => {
    when = state;
    all("[data-when]", ending).forEach((part) => { part.hidden = part.dataset.when !== state; });
    one("[data-offline]", ending).hidden = true;
    open(ending);
  };
  const ask = async () => {
    const answer = await fetched(ending.dataset.url);
    if (answer?.status === 401) { if (!dialog.open) tell("over"); return; }
    const said = await told(answer);
    if (!said) { later(AGAIN); return; }
    if (said.seconds > NOTICE) { ending.close(); watch(said.seconds); return; } // somebody is there, in another window perhaps
    all("[data-at]", ending).forEach((place) => { place.textContent = said.at; });
    tell(said.put_off ? "idle" : "last");
    later(said.seconds + 1);
  };
  one("[data-stay]", ending ?? document)?.addEventListener("click", async () => {
    if (when === "last") { ending.close(); return; }
    const worked = await check();
    one("[data-offline]", ending).hidden = worked !== null;
    if (worked === false) await signIn();
  });
  if (ending) watch(Number(ending.dataset.left));

  document.addEventListener("htmx:before:response", async (event) => {
    if (!dialog || event.detail.ctx.response?.raw?.status !== 401) return;
    event.preventDefault();
    const source = event.detail.ctx.sourceElement;
    await signIn();
    source.dispatchEvent(new Event(source.matches("form") ? "change" : "click", { bubbles: true }));
  });
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.method !== "post" || form.closest("#sign-in-again") || event.defaultPrevented) return;
    keep(form);
    const sender = event.submitter;
    if (form.hasAttribute("data-saving")) { // the save under way changes the version that this post must name
      event.preventDefault();
      form.addEventListener("rf:saved", () => {
        if (!sender || sender.isConnected) form.requestSubmit(sender);
        else one("#progress .btn", form)?.click(); // what was saved renewed the bar: its button is meant
      }, { once: true });
      return;
    }
    form.toggleAttribute("data-sent", form.hasAttribute("data-autosave"));
    if (!dialog || form.hasAttribute("hx-post") || Date.now() - last < 10 * 60 * 1000) {
      if (sender) setTimeout(() => { sender.disabled = true; });
      return;
    }
    event.preventDefault();
    const worked = await check();
    if (worked === null) { toast(words.offline); return; }
    if (!worked) await signIn();
    last = Date.now();
    form.requestSubmit(sender);
  });
  window.addEventListener("pageshow", () => {
    all("button[type=submit]:disabled").forEach((button) => { button.disabled = false; });
    all("form[data-sent]").forEach((form) => form.removeAttribute("data-sent"));
  });
  addEventListener("DOMContentLoaded", () => { arrive(document); asked(); restore(); recount(); });
  if (document.readyState !== "loading") { arrive(document); asked(); restore(); recount(); }
})();
