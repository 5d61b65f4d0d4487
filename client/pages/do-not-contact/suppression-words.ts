import type { SuppressionList } from "../../data/contacts/suppression.ts";
import type { Tone } from "../../ui/words/status-words.ts";

const SOON_DAYS = 7;
const DAY_MS = 86_400_000;

/** Returns how long a list is valid, in words, and what follows. */
export function endWords(
  { current, afterExpiry }: Pick<SuppressionList, "current" | "afterExpiry">,
  now: Date,
): { tone: Tone; label: string; detail: string | null } {
  if (current === null) return { tone: "warn", label: "Nothing uploaded", detail: "It stops nothing yet." };
  const from = `Downloaded ${dayOf(current.downloadedOn)}`;
  if (current.expiresAt === null) return { tone: "ok", label: "No end", detail: from };
  const end = new Date(current.expiresAt);
  const daysLeft = (end.getTime() - now.getTime()) / DAY_MS;
  const after = afterExpiry === "hold" ? "marketing there waits" : "marketing there goes on";
  if (daysLeft <= 0) return { tone: "danger", label: "Expired", detail: `${from}; ${after}.` };
  const label = `Until ${dayOf(end.toISOString().slice(0, 10))}`;
  return { tone: daysLeft <= SOON_DAYS ? "warn" : "ok", label, detail: `${from}; then ${after}.` };
}

const dayOf = (day: string) =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", {
    ...{ day: "numeric", month: "short", year: "numeric", timeZone: "UTC" },
  });
