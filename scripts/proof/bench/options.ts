import { parseArgs } from "node:util";

const BENCHES = [
  "send",
  "webhook",
  "import",
  "follow",
  "fair",
  "search",
  "workbook",
  "preflight",
  "audience",
] as const;
export type BenchName = (typeof BENCHES)[number];
/** Run only when they are named: they take many minutes. */
const LONG: readonly BenchName[] = ["fair", "search", "workbook", "preflight", "audience"];

export interface BenchOptions {
  benches: readonly BenchName[];
  /** How often everything is measured in turn; ratios are computed within a round. */
  rounds: number;
  /** No round starts that would end later than this after the bench's first. Infinity runs all rounds. */
  seconds: number;
  /** Messages per round of the send bench, and callbacks per round of the webhook bench. */
  messages: number;
  /** Rows of the imported file. */
  rows: number;
  /** Parallel requests to the carrier. */
  inFlight: number;
  /**
   * Contacts of the hostile tenant in the fair bench, which has three times as many messages; of each tenant in the
   * search bench; of the audience in the preflight bench and of the tenant in the audience bench.
   */
  contacts: number;
  /** Kinds of attack of the fair bench; empty: each alone, and all together. */
  attacks: readonly string[];
  /** The file for all figures; null: none. */
  json: string | null;
  /** Also prints PostgreSQL's slowest statements (pg_stat_statements), which itself costs some speed. */
  profile: boolean;
}

export const USAGE = `pnpm bench [send] [webhook] [import] [follow] [fair] [search] [workbook] [preflight] [audience] [options]; without a name: the first four
  --rounds N     rounds, in which all contenders are measured in turn (5)
  --seconds N    end a bench before the round that would take longer than this (no limit)
  --messages N   messages and callbacks per round (20000)
  --rows N       rows of the imported file or workbook (100000)
  --in-flight N  requests to the carrier at once (256)
  --contacts N   contacts of the hostile tenant in the fair bench, of each tenant in the search bench,
                 of the preflight and audience benches (100000; ask for 1000000)
  --attack NAME  only this kind of attack in the fair bench, several times for several (each alone, and all together)
  --json FILE    write every figure there
  --profile      show the statements that cost PostgreSQL most time`;

/** Parses the command line; returns one sentence if it is wrong. */
export function readOptions(words: string[]): BenchOptions | string {
  try {
    const { values, positionals } = parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        rounds: { type: "string", default: "5" },
        seconds: { type: "string" },
        messages: { type: "string", default: "20000" },
        rows: { type: "string", default: "100000" },
        "in-flight": { type: "string", default: "256" },
        contacts: { type: "string", default: "100000" },
        attack: { type: "string", multiple: true, default: [] },
        json: { type: "string" },
        profile: { type: "boolean", default: false },
      },
    });
    const unknown = positionals.find((word) => !BENCHES.includes(word as BenchName));
    if (unknown) return `There is no bench "${unknown}": choose ${BENCHES.join(", ")}.`;
    const count = (
      name: "rounds" | "seconds" | "messages" | "rows" | "in-flight" | "contacts",
      least: number,
    ) => {
      const number = Number(values[name]);
      if (!Number.isInteger(number) || number < least)
        throw new Error(`--${name} must be a whole number from ${least} on.`);
      return number;
    };
    return {
      benches: BENCHES.filter((name) =>
        positionals.length === 0 ? !LONG.includes(name) : positionals.includes(name),
      ),
      rounds: count("rounds", 1),
      seconds: values.seconds === undefined ? Number.POSITIVE_INFINITY : count("seconds", 1),
      messages: count("messages", 1_000),
      rows: count("rows", 1_000),
      inFlight: count("in-flight", 1),
      contacts: count("contacts", 1_000),
      attacks: values.attack,
      json: values.json ?? null,
      profile: values.profile,
    };
  } catch (error) {
    return (error as Error).message;
  }
}
