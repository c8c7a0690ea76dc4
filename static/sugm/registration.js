// The registration page. What the zone says goes into empty fields only, files are refused early, nothing typed is lost.
// Without this file the page works too: every button it serves also posts the form.
(function () {
  "use strict";
  const form = document.querySelector("[data-registration]");
  if (!form) return;
  const $ = (selector, from) => (from || form).querySelector(selector);
  const $$ = (selector, from) => Array.from((from || form).querySelectorAll(selector));
  const state = $("#save-state");
  const save = () => form.dispatchEvent(new Event("save"));
  let unsaved = false;
  let leaving = false;

  // --- the zone fills what is empty, or still says what the zone before it said
  function mark(input) {
    const cell = input.closest(".field");
    const same = Boolean(input.dataset.zoneValue) && input.value.trim() === input.dataset.zoneValue;
    if (cell) cell.toggleAttribute("data-from-zone", same);
  }
  function fill(part) {
    const said = new Map($$("[data-zone-field]", part).map((item) => [item.dataset.zoneField, item.value]));
    $$("[data-zone-value]").forEach((input) => {
      const value = said.get(input.id) || "";
      const now = input.value.trim();
      input.dataset.zoneValue = value;
      // what an earlier zone put there is not something a person typed
      if (value && (!now || now === input.dataset.zoneFilled)) input.value = input.dataset.zoneFilled = value;
      mark(input);
    });
    unsaved = true;
    save();
  }
  function put(input, value) {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zone-text], [data-use]");
    if (!button) return;
    event.preventDefault();
    if ("zoneText" in button.dataset) {
      put($("#id_mrz"), button.dataset.zoneText);
      button.parentElement.remove(); // the other offers are about the zone as it was
    } else { put(document.getElementById(button.dataset.for), button.dataset.use); save(); }
  });
  form.addEventListener("input", (event) => {
    unsaved = true;
    if ("zoneValue" in event.target.dataset) mark(event.target);
  });

  // --- Enter goes to the next field; Ctrl+Enter submits (app.js)
  const fields = "input:not([type=hidden]):not([type=file]), select, textarea";
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (!event.target.matches("input:not([type=file]), select")) return;
    event.preventDefault();
    const all = $$(fields).filter((each) => each.offsetParent !== null && !each.disabled);
    const next = all[all.indexOf(event.target) + 1];
    if (next) next.focus();
  });

  // --- notes at the fields decide how the field looks
  function notes() {
    $$("[data-note]").forEach((note) => {
      const input = document.getElementById(note.dataset.note);
      if (!input || !input.matches("input, select, textarea")) return;
      const wrong = note.dataset.tone === "red";
      input.classList.toggle("is-invalid", wrong);
      if (wrong) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
    });
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    notes();
    if (event.detail.elt.id === "zone-part") fill(event.detail.elt);
  });

  // --- what was typed or scanned before the scripts were there, or what the browser put back, counts as well
  window.addEventListener("load", () => {
    const early = $$("input, textarea").filter((each) => each.value !== each.defaultValue);
    if (!early.length) return;
    unsaved = true;
    const zone = early.find((each) => "zone" in each.dataset);
    if (zone) zone.dispatchEvent(new Event("early")); else save();
  });

  // --- drafts
  function tell(message) { state.textContent = message; }
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== state) return;
    if (event.detail.successful) { unsaved = false; return; }
    tell(form.dataset.textUnsaved);
    window.setTimeout(save, 15000);
  });
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("pagehide", () => {
    if (!unsaved || leaving) return;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    fetch(state.getAttribute("hx-post"), { method: "POST", body: new URLSearchParams(body), keepalive: true, headers: { "HX-Request": "true" } });
  });

  // signing in again in another tab makes a new token: take it over when the person comes back to this one
  window.addEventListener("focus", () => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token) $$("[name=csrfmiddlewaretoken]", document).forEach((input) => { input.value = token[1]; });
    if (unsaved) save();
  });

  // --- files: each is sent at once, with its progress; one that is too large is not sent at all
  const row = (element) => element.closest(".doc");
  function refuse(input, message) {
    const place = $("[data-upload-error]", row(input));
    place.textContent = message;
    place.classList.add("d-block");
    row(input).classList.add("is-wrong");
    input.value = "";
    progress(input, null);
  }
  function progress(input, share) {
    const bar = $("progress", row(input));
    if (!bar) return;
    bar.hidden = share === null;
    bar.value = share === null ? 0 : Math.round(share * 100);
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    const input = event.detail.elt;
    if (input.type !== "file") return;
    const file = input.files[0];
    if (!file) event.preventDefault();
    else if (file.size > Number(form.dataset.limit)) { event.preventDefault(); refuse(input, form.dataset.textTooLarge); }
    else progress(input, 0);
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    if (event.target.type === "file" && event.detail.lengthComputable) progress(event.target, event.detail.loaded / event.detail.total);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 413) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });
  ["htmx:sendError", "htmx:responseError"].forEach((name) => document.addEventListener(name, (event) => {
    if (event.detail.elt.type === "file") refuse(event.detail.elt, form.dataset.textNotSent);
  }));

  $$("[data-zone-value]").forEach((input) => { input.dataset.zoneFilled = input.dataset.zoneValue; mark(input); });
})();
