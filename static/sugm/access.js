// Pages of one's own access.
//
// data-select       a read-only field: its text is selected when it gets the focus
// data-key-failed   shown when a security key does not answer
(function () {
  "use strict";
  document.querySelectorAll("[data-select]").forEach((field) => {
    field.addEventListener("focus", () => field.select());
    field.focus();
  });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    document.querySelectorAll("[data-key-failed]").forEach((note) => { note.hidden = false; });
  });
})();
