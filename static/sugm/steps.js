// The case page: what is typed into a step survives errors, lost sessions and a night (in this tab, until it is sent);
// the rest keeps htmx's swaps gentle.
//
// data-keep="user:case:task"   a form whose text fields are kept in sessionStorage under that key
// data-bound                   its values come from the server (errors): they win over what was kept
// data-too-large="text"        said at a file field whose file is over data-max-bytes (default 10 MB)
// data-copy="#id"              copies the text of that element;  data-error-summary  takes the focus
(function () {
  "use strict";
  const PREFIX = "sugm.step.", SENT = "sugm.sent";
  const $$ = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const store = {
    get(key) { try { return window.sessionStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { window.sessionStorage.setItem(key, value); } catch { /* full or forbidden */ } },
    drop(key) { try { window.sessionStorage.removeItem(key); } catch { /* forbidden */ } },
    keys() { try { return Object.keys(window.sessionStorage); } catch { return []; } },
  };
  const key = (form) => PREFIX + form.dataset.keep;
  const kept = (field) => field.name && field.name !== "csrfmiddlewaretoken" && !["file", "hidden", "password", "submit", "button"].includes(field.type);

  function values(form) {
    const found = {};
    for (const field of form.elements) {
      if (!kept(field)) continue;
      const choice = field.type === "radio" || field.type === "checkbox";
      const value = choice ? (field.checked ? field.value : null) : field.value;
      if (value !== null && value !== "") (found[field.name] = found[field.name] || []).push(value);
    }
    return found;
  }
  const fresh = new WeakMap();
  function keep(form) {
    const now = JSON.stringify(values(form));
    if (now === fresh.get(form)) store.drop(key(form)); else store.set(key(form), now);
  }
  function restore(form) {
    const first = JSON.stringify(values(form));
    fresh.set(form, first);
    const text = store.get(key(form));
    if (!text || text === first) return;
    if ("bound" in form.dataset) { keep(form); return; }
    let found;
    try { found = JSON.parse(text); } catch { store.drop(key(form)); return; }
    for (const field of form.elements) {
      if (!kept(field)) continue;
      const mine = found[field.name] || [];
      if (field.type === "radio" || field.type === "checkbox") field.checked = mine.includes(field.value);
      else if (mine.length) field.value = mine[0];
    }
    notice(form);
  }
  function notice(form) {
    if (!form.dataset.textRestored) return;
    const note = document.createElement("div");
    note.className = "note note-blue kept";
    note.setAttribute("role", "status");
    const body = document.createElement("div");
    body.textContent = form.dataset.textRestored + " ";
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "btn btn-link btn-sm";
    discard.textContent = form.dataset.textDiscard;
    discard.addEventListener("click", () => { store.drop(key(form)); form.reset(); note.remove(); });
    body.append(discard);
    note.append(body);
    (form.querySelector(".step-body, .card-body") || form).prepend(note);
  }
  function start(part) { $$("form[data-keep]", part).forEach((form) => { if (!fresh.has(form)) restore(form); }); }

  // What was sent is forgotten when the answer is neither an error, nor a refusal, nor the sign-in page.
  function settle() {
    const sent = store.get(SENT);
    if (!sent) return;
    const again = $$("form[data-keep]").some((form) => key(form) === sent);
    const refused = document.querySelector("[data-step-refused]");
    if (document.querySelector(".shell") && !again && !refused) store.drop(sent);
    store.drop(SENT);
  }
  // A step that is no longer open here has nothing to come back to.
  function sweep() {
    const page = document.querySelector("[data-kept]");
    if (!page) return;
    const open = (page.dataset.openSteps || "").split(",");
    const stem = PREFIX + page.dataset.kept + ":";
    store.keys().forEach((each) => {
      const task = each.startsWith(stem) ? each.slice(stem.length) : "";
      if (/^\d+$/.test(task) && !open.includes(task)) store.drop(each);
    });
  }

  document.addEventListener("input", (event) => { const form = event.target.form; if (form && form.dataset.keep) keep(form); });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.dataset.keep) { keep(form); if (event.target.type === "file") weigh(event.target, form); }
  });
  document.addEventListener("submit", (event) => { const form = event.target; if (form.dataset.keep) { keep(form); store.set(SENT, key(form)); } }, true);

  // --- files that are too large are refused before they travel
  function weigh(field, form) {
    const limit = Number(form.dataset.maxBytes || 10 * 1024 * 1024);
    const old = document.getElementById(field.id + "-too-large");
    if (old) old.remove();
    field.classList.remove("is-invalid");
    if (!Array.from(field.files).some((file) => file.size > limit)) return;
    const note = document.createElement("p");
    note.id = field.id + "-too-large";
    note.className = "invalid-feedback d-block";
    note.setAttribute("role", "alert");
    note.textContent = form.dataset.tooLarge + " (" + Math.ceil(field.files[0].size / 1048576) + " MB > " + Math.floor(limit / 1048576) + " MB)";
    field.value = "";
    field.classList.add("is-invalid");
    field.after(note);
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const link = event.target.closest("[data-error-summary] a");
    if (link) {
      const form = link.closest("form");
      const field = form && Array.from(form.elements).find((each) => each.name === link.dataset.field);
      if (field) { event.preventDefault(); field.focus(); }
    }
    if (!button) return;
    const source = document.querySelector(button.dataset.copy);
    const text = $$("div", source).map((item) => Array.from(item.children).map((part) => part.innerText).join("\n")).join("\n\n");
    await navigator.clipboard.writeText(text || source.innerText);
    const label = button.querySelector("span") || button;
    label.textContent = button.dataset.copied;
  });

  // --- htmx: polls that fail are silent, open details stay open, the dialog opens by itself
  const page = document.getElementById("content");
  for (const name of ["htmx:sendError", "htmx:responseError"]) {
    page.addEventListener(name, (event) => { if (event.target.closest("[data-poll]")) event.stopPropagation(); });
  }
  let open = [];
  page.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "case-panel") open = $$("details[open][id]", event.detail.target).map((each) => each.id);
  });
  page.addEventListener("htmx:afterSwap", (event) => {
    open.forEach((id) => { const each = document.getElementById(id); if (each) each.open = true; });
    start(document);
    if (event.detail.target.id === "case-dialog") {
      const box = document.getElementById("case-dialog");
      if (box && !box.open) box.showModal();
    }
  });
  document.body.addEventListener("case-dialog-close", () => { const box = document.getElementById("case-dialog"); if (box && box.open) box.close(); });

  settle();
  sweep();
  start(document);
  const wrong = document.querySelector("[data-error-summary]");
  if (wrong) wrong.focus();
})();
