import type { Environment } from "./environment/environment.ts";
import type { Evaluation } from "./evaluation/evaluate.ts";
import { traceOf } from "./evaluation/trace.ts";

export interface Result {
  held: number;
  untried: number;
  broken: number;
  kills: number;
  messages: number;
}

/**
 * Prints one line per invariant with the number of cases; for a broken one, the first case with all that is known
 * about it.
 */
export async function report(
  environment: Environment,
  evaluation: Evaluation,
  say: (line: string) => void,
): Promise<Result> {
  const { evidence, evaluated, others } = evaluation;
  const result: Result = { held: 0, untried: 0, broken: 0, kills: killsOf(environment), messages: 0 };
  result.messages = evidence.submissions.filter(({ entry }) => entry.sid !== null).length;
  say(`  tried: ${tallyOf(environment)}`);
  for (const { invariant, finding } of evaluated) {
    const { tried, cases, breaches } = finding;
    const word = breaches.length > 0 ? "BROKEN" : tried > 0 ? "held" : "not tried";
    result[breaches.length > 0 ? "broken" : tried > 0 ? "held" : "untried"] += 1;
    say(`${invariant.name.padEnd(4)}${word.padEnd(10)} ${invariant.says}: ${cases}`);
    if (breaches.length === 0) continue;
    say(`     ${breaches.length} breaches, with seed ${environment.options.seed}; the first:`);
    for (const line of await traceOf(evidence, breaches[0]!)) say(`   ${line}`);
    for (const { what } of breaches.slice(1, 4)) say(`     also: ${what}`);
  }
  for (const { what } of others) say(`else BROKEN     ${what}`);
  result.broken += others.length;
  return result;
}

/** Counts SIGKILLs of any kind: at random times, at named points, and the servers' stops without a shutdown. */
function killsOf(environment: Environment): number {
  const programs = [...environment.workers, ...environment.apis];
  const died = programs.reduce((sum, { kills, deaths }) => sum + kills + deaths, 0);
  return died + environment.postgres.kills + (environment.redis?.kills ?? 0);
}

function tallyOf({ tally, workers, apis, postgres, redis, freezes, forgeries }: Environment): string {
  const sum = (of: (program: (typeof workers)[number]) => number) =>
    [...workers, ...apis].reduce((total, program) => total + of(program), 0);
  const counts: [string, number][] = [
    ["kills at random times", sum(({ kills }) => kills)],
    ["at named points", sum(({ deaths }) => deaths)],
    ["of PostgreSQL", postgres.kills],
    ["of Redis", redis?.kills ?? 0],
    ["freezes", freezes.length],
    ["connections cut", tally.get("connections") ?? 0],
    ["tickets lost", tally.get("tickets") ?? 0],
    ["leases ended", tally.get("leases") ?? 0],
    ["carrier faults", tally.get("carrier") ?? 0],
    ["callback faults", tally.get("callbacks") ?? 0],
    ["texts", tally.get("typed") ?? 0],
    ["pauses", tally.get("pause") ?? 0],
    ["campaigns paused", tally.get("campaign paused") ?? 0],
    ["canceled", tally.get("campaign canceled") ?? 0],
    ["budget changes", tally.get("budget") ?? 0],
    ["forged webhooks", forgeries.length],
    ["given up", tally.get("gave up") ?? 0],
  ];
  return counts.map(([what, count]) => `${count} ${what}`).join(", ");
}
