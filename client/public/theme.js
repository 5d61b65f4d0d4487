// A file of its own, loaded before the first paint: the content security policy allows no inline script,
// and a module would run too late and flash the wrong theme.
(() => {
  var media = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    var chosen = null;
    try {
      chosen = window.localStorage.getItem("theme");
    } catch (_) {
      // Storage may be blocked; the system's choice is then the only one.
    }
    var dark = chosen === "dark" || (chosen !== "light" && media.matches);
    document.documentElement.setAttribute("data-theme", dark ? "dark" : "light");
  }
  apply();
  media.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  window.addEventListener("theme-chosen", apply);
})();
