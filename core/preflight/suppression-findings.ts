import { dayWords } from "../explain/day-words.ts";
import type { MessageFacts, MessageVerdict } from "../gates/index.ts";
import type { SuppressionList } from "../suppression/standing.ts";
import { counted } from "../text/counted.ts";

/** People of an audience whom one suppression list concerns. */
export interface SuppressionFinding {
  listId: string;
  name: string;
  downloadedOn: string;
  /** On the list, and therefore refused. */
  listed: number;
  /** Held because the list has expired. */
  held: number;
  /** Texted although the list has expired, as the tenant chose. */
  unchecked: number;
}

/** Counts what the suppression lists said about an audience, message by message, or several alike at once. */
export function createSuppressionFindings(now: Date) {
  const findings = new Map<string, SuppressionFinding>();

  function findingOf(listId: string, name: string, downloadedOn: string): SuppressionFinding {
    const known = findings.get(listId);
    if (known) return known;
    const made = { listId, name, downloadedOn, listed: 0, held: 0, unchecked: 0 };
    findings.set(listId, made);
    return made;
  }

  const isUnchecked = ({ expiresAt, afterExpiry }: SuppressionList) =>
    expiresAt !== null && expiresAt <= now && afterExpiry === "warn";

  function add(facts: MessageFacts, verdict: MessageVerdict, times = 1): void {
    if (!facts.suppression) return;
    if (verdict.kind !== "send" && verdict.gate === "do-not-contact") {
      const { listId, list, downloadedOn } = verdict.looked;
      if (typeof listId !== "string") return;
      const finding = findingOf(listId, String(list), String(downloadedOn));
      finding[verdict.kind === "hold" ? "held" : "listed"] += times;
      return;
    }
    if (verdict.kind === "drop" || (facts.purpose ?? "marketing") !== "marketing") return;
    for (const list of facts.suppression.covering.filter(isUnchecked))
      findingOf(list.id, list.name, list.downloadedOn).unchecked += times;
  }

  return {
    add,
    result: (): SuppressionFinding[] => [...findings.values()].sort((a, b) => total(b) - total(a)),
  };
}

const total = ({ listed, held, unchecked }: SuppressionFinding) => listed + held + unchecked;

const people = (count: number, one: string, many: string) =>
  `${counted(count, "person", "people")} ${count === 1 ? one : many}`;

/** Returns one sentence for each finding, with what to do. */
export function suppressionWarnings(findings: readonly SuppressionFinding[]): string[] {
  return findings.flatMap(({ name, downloadedOn, listed, held, unchecked }) => {
    const list = `the suppression list “${name}” of ${dayWords(downloadedOn)}`;
    return [
      ...(listed > 0 ? [`${people(listed, "is", "are")} on ${list} and won’t get this.`] : []),
      ...(held > 0
        ? [
            `${people(held, "waits", "wait")} because ${list} has expired. Upload a new one under Do not contact → Suppression lists.`,
          ]
        : []),
      ...(unchecked > 0
        ? [
            `${people(unchecked, "is", "are")} texted without a current list: ${list} has expired, and you chose to go on.`,
          ]
        : []),
    ];
  });
}
