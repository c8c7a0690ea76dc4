// Pages of one's own access.
//
// data-select       a read-only field: its text is selected when it gets the focus
// data-key-failed   shown when a security key does not answer
// data-key-refused  what the server said about the last answer of a key: gone when there is a newer one
// data-key-known    shown when the key says that it has been registered before
(function () {
  "use strict";
  document.querySelectorAll("[data-select]").forEach((field) => {
    field.addEventListener("focus", () => field.select());
    field.focus();
  });
  function show(kind) {
    document.querySelectorAll("[data-key-refused], [data-key-failed], [data-key-known]").forEach((note) => {
      note.hidden = !note.matches(kind);
    });
  }
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const known = event.detail.exception && event.detail.exception.name === "InvalidStateError";
    show(known && document.querySelector("[data-key-known]") ? "[data-key-known]" : "[data-key-failed]");
  });
})();
