// What every page does by itself. No inline handlers, no eval, no framework; the pages work without it.
//
// data-list            a list: j/k move between its [data-row]s, x selects, Enter follows the row's [data-open] link
// data-bulk            form of a list: shows [data-bulk-bar] while rows are selected
// data-submit          a filter: changing it sends its form
// data-guard           a form: warns before it is left with changes that are not saved
// data-autosave="url"  a form: posts itself to that address while it is being written; state in [data-save-state]
// data-once            set by us on a form that is being sent: a second send is refused
// data-zone            a text area for a machine-readable zone: counts characters per line in [data-zone-count]
// data-dialog="id"     opens a <dialog>;  data-dialog-close  closes it;  data-dismiss  removes the notice it is in
// data-follow="#id"   a bar that hides while its target is in sight
// data-announce        text in a swapped part that is read aloud;  data-focus  gets the focus after a swap
(function () {
  "use strict";
  const root = document.documentElement;
  const $ = (selector, from) => (from || document).querySelector(selector);
  const $$ = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const text = (name) => document.body.getAttribute("data-text-" + name) || "";
  const memory = {
    get(key) { try { return window.localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { window.localStorage.setItem(key, value); } catch { /* private window */ } },
  };

  // --- speech and notices
  function announce(message) {
    const live = $("#live");
    if (!live || !message) return;
    live.textContent = "";
    window.setTimeout(() => { live.textContent = message; }, 60);
  }
  function toast(message, tone) {
    const place = $("#toasts");
    if (!place || !message) return;
    const note = document.createElement("div");
    note.className = "note note-" + (tone || "blue");
    note.setAttribute("role", tone === "red" ? "alert" : "status");
    const body = document.createElement("div");
    body.textContent = message;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn-close";
    close.dataset.dismiss = "";
    close.setAttribute("aria-label", text("close"));
    note.append(body, close);
    place.append(note);
    if (tone !== "red") window.setTimeout(() => note.remove(), 8000);
  }

  // --- menu and rail
  function menu(open) {
    root.dataset.drawer = open ? "open" : "";
    const button = $("[data-menu]");
    if (button) button.setAttribute("aria-expanded", String(open));
    $$("main, .topbar").forEach((part) => { part.inert = open; });
    if (open) { const first = $(".sidebar a"); if (first) first.focus(); } else if (button) button.focus();
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-menu], [data-menu-close], [data-rail], [data-dialog], [data-dialog-close], [data-dismiss], [data-print], tr[data-row]");
    if (!target) return;
    const data = target.dataset;
    if ("menu" in data) menu(true);
    else if ("menuClose" in data) menu(false);
    else if ("rail" in data) { memory.set("sugm.nav", root.dataset.nav === "rail" ? "wide" : "rail"); window.sugmNav(); }
    else if ("dialogClose" in data) target.closest("dialog").close();
    else if ("dialog" in data) { const box = document.getElementById(data.dialog); if (box && !box.open) box.showModal(); }
    else if ("dismiss" in data) { const note = target.closest(".note"); if (note) note.remove(); }
    else if ("print" in data) window.print();
    else if ("row" in data && !event.target.closest("a, button, input, label, select, summary") && !String(window.getSelection())) {
      const link = $("[data-open]", target);
      if (link && !event.defaultPrevented) link.click();
    }
  });

  // --- keyboard
  const shortcuts = () => memory.get("sugm.keys") !== "off";
  const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  function move(step) {
    const rows = $$("[data-list] [data-row]").filter((row) => row.offsetParent !== null);
    if (!rows.length) return;
    const now = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[now < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, now + step))];
    const link = $("[data-open]", next);
    if (link) { link.focus(); next.scrollIntoView({ block: "nearest" }); }
  }
  document.addEventListener("keydown", (event) => {
    const element = event.target;
    if (event.key === "Escape" && root.dataset.drawer === "open") { menu(false); return; }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && element.form) { event.preventDefault(); element.form.requestSubmit(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !shortcuts()) return;
    if (typing(element) || $("dialog[open]")) return;
    if (event.key === "/") { const box = $("[data-search]"); if (box) { event.preventDefault(); box.focus(); box.select(); } }
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "?") { const box = $("#shortcuts"); if (box) box.showModal(); }
    else if (event.key === "x") {
      const row = element.closest("[data-row]");
      const box = row && $("input[type=checkbox]", row);
      if (box) { event.preventDefault(); box.click(); }
    }
  });

  // --- lists with selection
  function count(form) {
    const boxes = $$("[data-row] input[type=checkbox]", form);
    const chosen = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("[data-row]").classList.toggle("is-selected", box.checked));
    const bar = $("[data-bulk-bar]", form);
    if (bar) { bar.hidden = !chosen.length; const place = $("[data-bulk-count]", bar); if (place) place.textContent = chosen.length + " " + text("selected"); }
    const all = $("[data-select-all]", form);
    if (all) { all.checked = chosen.length > 0 && chosen.length === boxes.length; all.indeterminate = chosen.length > 0 && chosen.length < boxes.length; }
  }

  // --- forms
  const dirty = new Set();
  const timers = new WeakMap();
  const state = (form, message) => { const place = $("[data-save-state]", form); if (place) place.textContent = message; };
  async function save(form) {
    state(form, text("saving"));
    const body = new FormData(form);
    // files are sent once, with the form itself
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body, credentials: "same-origin",
        headers: { "HX-Request": "true", "X-Requested-With": "autosave", "X-CSRFToken": ($("[name=csrfmiddlewaretoken]", form) || {}).value || "" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      dirty.delete(form);
      state(form, text("saved") + " " + new Date().toLocaleTimeString(root.lang || "es", { hour: "2-digit", minute: "2-digit", hour12: false }));
    } catch { state(form, text("notsaved")); }
  }
  function touched(form) {
    if (!form || form.method === "get" || form.method === "dialog") return;
    if ("guard" in form.dataset || form.dataset.autosave) dirty.add(form);
    if (form.dataset.autosave) {
      window.clearTimeout(timers.get(form));
      timers.set(form, window.setTimeout(() => save(form), 1500));
    }
  }
  document.addEventListener("input", (event) => { touched(event.target.form); if (event.target.matches("[data-zone]")) zone(event.target); });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-shortcuts]")) { memory.set("sugm.keys", box.checked ? "on" : "off"); return; }
    if (box.matches("[data-submit]") && box.form) { box.form.requestSubmit(); return; }
    const form = box.closest("[data-bulk]");
    if (form && box.type === "checkbox") {
      if ("selectAll" in box.dataset) $$("[data-row] input[type=checkbox]", form).forEach((each) => { each.checked = box.checked; });
      count(form);
    }
  });
  window.addEventListener("beforeunload", (event) => { if (dirty.size) { event.preventDefault(); event.returnValue = text("unsaved"); } });

  const buttons = (form) => [...form.elements].filter((each) => each.type === "submit");
  function release(form) {
    delete form.dataset.once;
    buttons(form).forEach((each) => { each.removeAttribute("aria-busy"); each.removeAttribute("aria-disabled"); });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "get" || form.method === "dialog") return;
    if ("once" in form.dataset) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.once = "";
    window.clearTimeout(timers.get(form));
    dirty.delete(form);
    buttons(form).forEach((each) => each.setAttribute("aria-disabled", "true"));
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  }, true);
  window.addEventListener("pageshow", (event) => { if (event.persisted) $$("form[data-once]").forEach(release); });

  // --- machine-readable zone
  function zone(area) {
    const place = $(area.dataset.zone || "[data-zone-count]");
    if (!place) return;
    place.textContent = area.value.split(/\r?\n/).map((line) => line.replace(/\s/g, "").length).filter(Boolean).join(" · ");
  }

  // --- htmx
  let focused = null;
  document.addEventListener("htmx:configRequest", (event) => {
    // what the page asks by itself is no use of the session
    if (!event.detail.triggeringEvent) event.detail.headers["X-Unattended"] = "1";
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    focused = active && event.detail.target.contains(active) ? active.id || active.name || "lost" : null;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const part = event.detail.elt;
    const note = part.matches("[data-announce]") ? part : $("[data-announce]", part);
    if (note) announce(note.dataset.announce || note.textContent.trim());
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    const wanted = $(".is-invalid", part) || $("[data-focus]", part);
    if (wanted && event.detail.requestConfig && event.detail.requestConfig.verb !== "get") wanted.focus();
    else if (wanted && "focus" in wanted.dataset) wanted.focus();
    else if (focused && document.activeElement === document.body) {
      // what had the focus was replaced: stay near it, never fall back to the top of the page
      const twin = document.getElementById(focused) || part;
      if (!twin.matches("a, button, input, select, textarea, summary")) twin.tabIndex = -1;
      twin.focus({ preventScroll: true });
    }
    focused = null;
    $$("[data-bulk]").forEach(count);
  });
  document.addEventListener("htmx:afterRequest", (event) => { const form = event.detail.elt.closest("form"); if (form) release(form); });
  document.addEventListener("htmx:sendError", () => toast(text("offline"), "red"));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    toast(text(status === 409 ? "conflict" : status === 403 ? "forbidden" : "offline"), "red");
  });
  document.addEventListener("announce", (event) => announce(event.detail.value));
  document.addEventListener("toast", (event) => toast(event.detail.value || event.detail.text, event.detail.tone));

  // --- a bar that leads to something is shown only while that is out of sight
  $$("[data-follow]").forEach((bar) => {
    const place = $(bar.dataset.follow);
    if (place) new IntersectionObserver((seen) => { bar.classList.toggle("is-there", seen[0].isIntersecting); }, { rootMargin: "0px 0px -25% 0px" }).observe(place);
  });

  // --- start
  const keys = $("[data-shortcuts]");
  if (keys) keys.checked = shortcuts();
  $$("[data-bulk]").forEach(count);
  $$("[data-zone]").forEach(zone);
  const wrong = $("main .is-invalid");
  if (wrong) wrong.focus();
})();
