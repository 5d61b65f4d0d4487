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

/** Keeps the choice in this browser; theme.js, which runs before the first paint, applies it. */
export function chooseTheme(next: ThemeChoice): void {
  setChoice(next);
  try {
    if (next === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", next);
  } catch {
    // Storage may be blocked: then the choice can't be kept, and the system's stays.
  }
  window.dispatchEvent(new Event("theme-chosen"));
}
