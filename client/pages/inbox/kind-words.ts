/** What an inbound message was taken for, where that is worth saying. */
export const KIND_WORDS: Record<string, { label: string; tone: "danger" | "ok" | "warn" | "quiet" }> = {
  "opt-out": { label: "Opted out", tone: "danger" },
  "opt-in": { label: "Opted in again", tone: "ok" },
  help: { label: "Asked for help", tone: "quiet" },
};
