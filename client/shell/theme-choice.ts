import { createSignal } from "solid-js";

export type ThemeChoice = "system" | "light" | "dark";

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem("theme");
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

const [choice, setChoice] = createSignal<ThemeChoice>(stored());

export const themeChoice = choice;

/** Stores the choice in this browser. theme.js applies it before the first paint. */
export function chooseTheme(next: ThemeChoice): void {
  setChoice(next);
  try {
    if (next === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", next);
  } catch {
    // Storage may be blocked. Then the system's theme is used.
  }
  window.dispatchEvent(new Event("theme-chosen"));
}
