// This is a separate file because the content security policy allows no inline script.
// It is no module: a module runs after the first paint, and the wrong theme would flash.
(() => {
  var media = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    var chosen = null;
    try {
      chosen = window.localStorage.getItem("theme");
    } catch (_) {
      // Storage may be blocked. Then the system's theme is used.
    }
    var dark = chosen === "dark" || (chosen !== "light" && media.matches);
    document.documentElement.setAttribute("data-theme", dark ? "dark" : "light");
  }
  apply();
  media.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  window.addEventListener("theme-chosen", apply);
})();
