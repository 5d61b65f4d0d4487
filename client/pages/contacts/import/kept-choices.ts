import { onCleanup } from "solid-js";
import { type Choices, keepImportChoices } from "../../../data/imports.ts";
import { createTypingPause } from "../../../ui/controls/typing-pause.ts";

const TYPING_PAUSE_MS = 800;

/** Keeps the answers on the server as they change, so that leaving the page loses none of them. */
export function createKeptChoices(id: string, read: () => Choices): void {
  let kept = JSON.stringify(read());
  const keep = (text: string) => {
    if (text === kept) return;
    kept = text;
    keepImportChoices(id, JSON.parse(text) as Choices);
  };
  createTypingPause(() => JSON.stringify(read()), keep, TYPING_PAUSE_MS);
  onCleanup(() => keep(JSON.stringify(read())));
}
