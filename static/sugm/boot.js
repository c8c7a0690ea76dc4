// Runs before the first paint: the width of the sidebar must not jump.
(function () {
  "use strict";
  const narrow = window.matchMedia("(max-width: 1199.98px)");
  function stored() {
    try { return window.localStorage.getItem("sugm.nav"); } catch { return null; }
  }
  window.sugmNav = function () {
    const rail = narrow.matches || stored() === "rail";
    document.documentElement.dataset.nav = rail ? "rail" : "wide";
    return rail;
  };
  window.sugmNav();
  narrow.addEventListener("change", window.sugmNav);
})();
