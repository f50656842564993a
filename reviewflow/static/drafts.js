/* Drafts: they save themselves, also while the page is left; what could not be saved is there again afterwards. */
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = one("#words")?.dataset ?? {};
  const MOST = 60000; // browsers send at most 64 KB from a page that is left
  const KEYS = ["csrf_token", "form_key", "written_by", "version"];
  const page = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  let step = 0;
  const forms = () => all("form[data-autosave]");
  const target = (form) => new URL(form.getAttribute("hx-post") ?? form.action, location.href).pathname;
  const now = (form) => form.dispatchEvent(new Event("change", { bubbles: true }));
  const status = (form, text, css) => {
    const place = one(".saved", form);
    if (place) { place.textContent = text; place.className = `saved ${css}`; }
  };

  /* Each save says which page sends it and its number: two under way at once may arrive in any order. */
  const sign = (form) => {
    let field = one("input[name=written_by]", form);
    if (!field) {
      field = Object.assign(document.createElement("input"), { type: "hidden", name: "written_by" });
      form.append(field);
    }
    step += 1;
    field.value = `${page}:${step}`;
    return field.value;
  };

  /* What is not saved yet stands on the device, for this tab. */
  const box = (form) => `draft:${one("#again-name")?.value ?? ""}:${target(form)}`;
  const content = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !KEYS.includes(name));
  const filled = (fields) => JSON.stringify(fields.filter(([, value]) => value.trim()).map(([name, value]) => [name, value.trim()]).sort());
  const put = (form, kept) => { try { sessionStorage.setItem(box(form), JSON.stringify(kept)); } catch { /* the device is full */ } };
  const forget = (form) => sessionStorage.removeItem(box(form));
  const hold = (form, state) => put(form, {
    state, version: one("input[name=version]", form)?.value ?? "0", fields: content(form),
    written_by: one("input[name=written_by]", form)?.value ?? "",
  });

  const settle = (form, code) => {
    form.removeAttribute("data-saving");
    if (code === 200) { if (!form.hasAttribute("data-dirty")) forget(form); }
    else if (code === 409) { form.setAttribute("data-conflict", ""); hold(form, "conflict"); }
    else form.setAttribute("data-dirty", "");
    form.dispatchEvent(new Event("rf:saved"));
  };

  const saving = (event) => event.detail.ctx?.sourceElement?.closest?.("form[data-autosave]");
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-autosave]");
    form?.setAttribute("data-dirty", "");
    if (form?.hasAttribute("data-conflict")) hold(form, "conflict");
  });
  document.addEventListener("htmx:before:request", (event) => {
    const form = saving(event);
    if (!form) return;
    // A page that is about to go, a conflict that only a person ends, and nothing new: no save.
    if (["data-sent", "data-conflict"].some((mark) => form.hasAttribute(mark)) || !form.hasAttribute("data-dirty")) {
      event.preventDefault();
      return;
    }
    // A save that waited for the one before goes on with what came back from it: its version and its status line.
    const { ctx } = event.detail;
    const version = one("input[name=version]", form);
    if (version) ctx.request.body.set("version", version.value);
    ctx.request.body.set("written_by", sign(form));
    ctx.request.keepalive = new Blob([new URLSearchParams(ctx.request.body)]).size <= MOST;
    ctx.target = one(".saved", form);
    ctx.ours = true;
    form.setAttribute("data-saving", "");
    form.removeAttribute("data-dirty");
    status(form, words.saving, "saved-busy");
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const form = saving(event);
    if (form && event.detail.ctx.ours) settle(form, event.detail.ctx.response?.status ?? event.detail.ctx.response?.raw?.status ?? 0);
  });
  document.addEventListener("htmx:error", (event) => {
    const form = saving(event);
    if (!form) return;
    status(form, words.unsaved, "saved-not");
    setTimeout(() => now(form), 5000);
  });

  /* The page is left: what waits is sent at once, by a request that outlives the page, and kept until that is known. */
  const arrived = (form, text) => {
    const found = new DOMParser().parseFromString(text, "text/html");
    all("[hx-swap-oob]", found).forEach((part) => { part.removeAttribute("hx-swap-oob"); document.getElementById(part.id)?.replaceWith(part); });
    const line = one(".saved", found);
    if (line) one(".saved", form)?.replaceWith(line);
    mark(form);
  };
  const leave = async (form) => {
    if (form.hasAttribute("data-sent")) return;
    if (form.hasAttribute("data-conflict")) { hold(form, "conflict"); return; }
    if (!form.hasAttribute("data-dirty")) { if (form.hasAttribute("data-saving")) hold(form, "left"); return; }
    sign(form);
    hold(form, "left");
    const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    if (new Blob([body]).size > MOST) return;
    form.removeAttribute("data-dirty");
    form.setAttribute("data-saving", "");
    try {
      const answer = await fetch(target(form), { method: "POST", body, keepalive: true, headers: { "HX-Request": "true" } });
      if (answer.ok || answer.status === 409) arrived(form, await answer.text());
      settle(form, answer.status);
    } catch {
      // A page that goes learns nothing of its request, which goes on. A page that stays tries again.
      setTimeout(() => { settle(form, 0); now(form); }, 3000);
    }
  };
  // The first of these comes before the next page is asked for, so that it knows of the draft.
  addEventListener("beforeunload", () => forms().forEach(leave));
  addEventListener("pagehide", () => forms().forEach(leave));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) forms().forEach(leave);
    else forms().filter((form) => form.hasAttribute("data-dirty")).forEach(now);
  });
  document.addEventListener("submit", (event) => {
    const kept = event.target.matches("form[data-autosave]") && sessionStorage.getItem(box(event.target));
    if (event.target.matches("form[data-autosave]")) sign(event.target);
    if (kept) put(event.target, { ...JSON.parse(kept), state: "shown" });
  }, true);

  /* Back on the page: what was not saved is sent as it was. It is saved then, or both versions are shown side by side. */
  const again = (form) => {
    const kept = JSON.parse(sessionStorage.getItem(box(form)) ?? "null");
    if (!kept) return;
    forget(form);
    const behind = Number(one("input[name=version]", form)?.value ?? 0) - Number(kept.version);
    if (kept.state === "shown" || filled(kept.fields) === filled(content(form)) || (kept.state === "left" && behind > 1)) return;
    put(form, { ...kept, state: "shown" });
    const sent = Object.assign(document.createElement("form"), { method: "post", action: target(form), hidden: true });
    const keys = ["csrf_token", "form_key"].map((name) => [name, one(`input[name=${name}]`, form)?.value ?? ""]);
    [...kept.fields, ...keys, ["version", kept.version], ["written_by", kept.written_by]].forEach(([name, value]) => {
      const field = document.createElement("textarea");
      Object.assign(field, { name, value });
      sent.append(field);
    });
    document.body.append(sent);
    sent.submit();
  };
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    forms().forEach((form) => { form.removeAttribute("data-saving"); form.setAttribute("data-dirty", ""); now(form); });
  });

  /* What the bar says is wrong stands beside its field, too; what is mended there goes away. */
  const mark = (form) => {
    const gaps = all("#progress [data-gap]", form);
    const open = gaps.map((gap) => gap.hash.slice(1));
    all(".mistake", form).filter((line) => !open.includes(line.id.replace(/-mistake$/, "")) || line.hasAttribute("data-told")).forEach((line) => {
      const field = document.getElementById(line.id.replace(/-mistake$/, ""));
      field?.removeAttribute("aria-invalid");
      line.remove();
    });
    gaps.filter((gap) => gap.dataset.wrong).forEach((gap) => {
      const field = document.getElementById(gap.hash.slice(1));
      if (!field || one(`#${CSS.escape(field.id)}-mistake:not([data-told])`, form)) return;
      const line = document.createElement("p");
      Object.assign(line, { className: "mistake", id: `${field.id}-mistake`, textContent: gap.dataset.wrong });
      line.setAttribute("data-told", "");
      if (field.matches("input, textarea, select")) {
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-describedby", line.id);
        field.after(line);
      } else (one(".table-told", field) ?? field).prepend(line);
    });
  };
  document.addEventListener("htmx:after:swap", () => forms().forEach(mark));

  /* How long a text is, once it comes near its limit. */
  const count = (field) => {
    const most = Number(field.dataset.most);
    const long = [...field.value].length;
    let line = field.nextElementSibling?.matches(".counter") ? field.nextElementSibling : null;
    if (long < most * 0.9) { line?.remove(); return; }
    if (!line) { line = Object.assign(document.createElement("p"), { className: "hint counter" }); field.after(line); }
    line.textContent = `${long.toLocaleString("en")} / ${most.toLocaleString("en")}`;
    line.classList.toggle("bad", long > most);
  };
  document.addEventListener("input", (event) => { if (event.target.matches("[data-most]")) count(event.target); });
  document.addEventListener("click", (event) => {
    const fold = event.target.closest(".task-gaps");
    if (event.target.closest("[data-gap]")) fold.open = false;
    else if (!fold) all(".task-gaps[open]").forEach((other) => { other.open = false; });
  });

  const arrive = () => {
    forms().forEach(again);
    all("[data-most]").forEach(count);
    if (location.hash === "#progress") all(".task-gaps").forEach((fold) => { fold.open = true; });
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", arrive);
  else arrive();
})();
