import type { Judgement } from "./judge/judge.ts";
import { traceOf } from "./judge/trace.ts";
import type { World } from "./world/world.ts";

export interface Result {
  held: number;
  untried: number;
  broken: number;
  kills: number;
  messages: number;
}

/** One line per invariant with the counts tried; of what is broken, the first case with all that is known of it. */
export async function report(
  world: World,
  judgement: Judgement,
  say: (line: string) => void,
): Promise<Result> {
  const { evidence, judged, others } = judgement;
  const result: Result = { held: 0, untried: 0, broken: 0, kills: killsOf(world), messages: 0 };
  result.messages = evidence.handOvers.filter(({ entry }) => entry.sid !== null).length;
  say(`  tried: ${tallyOf(world)}`);
  for (const { invariant, finding } of judged) {
    const { tried, cases, breaches } = finding;
    const word = breaches.length > 0 ? "BROKEN" : tried > 0 ? "held" : "not tried";
    result[breaches.length > 0 ? "broken" : tried > 0 ? "held" : "untried"] += 1;
    say(`${invariant.name.padEnd(4)}${word.padEnd(10)} ${invariant.says}: ${cases}`);
    if (breaches.length === 0) continue;
    say(`     ${breaches.length} breaches, with seed ${world.options.seed}; the first:`);
    for (const line of await traceOf(evidence, breaches[0]!)) say(`   ${line}`);
    for (const { what } of breaches.slice(1, 4)) say(`     also: ${what}`);
  }
  for (const { what } of others) say(`else BROKEN     ${what}`);
  result.broken += others.length;
  return result;
}

/** SIGKILLs of any kind: at random instants, at named points, and the servers' ends without a shutdown. */
export function killsOf(world: World): number {
  const programs = [...world.workers, ...world.apis];
  const died = programs.reduce((sum, { kills, deaths }) => sum + kills + deaths, 0);
  return died + world.postgres.kills + (world.redis?.kills ?? 0);
}

function tallyOf({ tally, workers, apis, postgres, redis, freezes, forgeries }: World): string {
  const sum = (of: (program: (typeof workers)[number]) => number) =>
    [...workers, ...apis].reduce((total, program) => total + of(program), 0);
  const counts: [string, number][] = [
    ["kills at random instants", sum(({ kills }) => kills)],
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
