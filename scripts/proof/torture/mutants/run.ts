import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { machineClock } from "../environment/clock.ts";
import { startPostgres, type TorturedPostgres } from "../environment/postgres.ts";
import type { Evaluation } from "../evaluation/evaluate.ts";
import type { Command } from "../options.ts";
import { torture, tortureUntil } from "../run.ts";
import { MUTANTS } from "./index.ts";
import type { Mutant } from "./mutant.ts";

const SMALL = { plain: 4, people: 300, tightTenants: 3, crowd: 5_200 };
const SETTLE_LIMIT_SECONDS = 25;
/** For the mutants that show only after a restore. */
const STORM_SECONDS = 6;

/** What caught a mutant: the names of the invariants in order; empty: it survived. */
interface Caught {
  by: string[];
  first: string;
}

/**
 * Tests the test: each deliberate fault goes into a temporary copy of the source, and a short run of it must break an
 * invariant. Returns whether every one is caught.
 */
export async function testTheTest(command: Command, say: (line: string) => void): Promise<boolean> {
  const mutants = MUTANTS.filter(({ name }) => command.only.length === 0 || command.only.includes(name));
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-mutants-"));
  const server = await startPostgres(path.join(folder, "postgres"), machineClock);
  let living = 0;
  try {
    say(`${"mutant".padEnd(24)}${"expected".padEnd(10)}${"caught by".padEnd(16)}what it does`);
    for (const mutant of mutants) {
      const caught = await run(command, mutant, server);
      if (caught.by.length === 0) living += 1;
      const by = caught.by.join(" ") || "NOT CAUGHT";
      say(`${mutant.name.padEnd(24)}${mutant.breaks.padEnd(10)}${by.padEnd(16)}${mutant.does}`);
      say(`${"".padEnd(34)}${caught.first}`);
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  say(`torture --mutants: ${mutants.length - living} of ${mutants.length} caught`);
  return living === 0;
}

async function run(command: Command, mutant: Mutant, server: TorturedPostgres): Promise<Caught> {
  const restore = mutant.needsRestore === true;
  const seconds = restore ? STORM_SECONDS : 0;
  const options = { ...command, seconds, restore, workers: 2, apis: 2, phases: [...mutant.phases] };
  const settings = { options, size: SMALL, mutations: mutant.patches, server };
  const brokenIn = ({ evaluated }: Evaluation) =>
    evaluated.filter(({ finding }) => finding.breaches.length > 0);
  const expectedIn = (evaluation: Evaluation) =>
    brokenIn(evaluation).filter(({ invariant }) => invariant.name === mutant.breaks);
  const evaluation = mutant.atRest
    ? await torture(
        { ...settings, settleLimitSeconds: SETTLE_LIMIT_SECONDS, say: () => {} },
        async (_, each) => each,
      )
    : await tortureUntil(settings, (each) => expectedIn(each).length > 0);
  const expected = expectedIn(evaluation);
  // While messages are in flight, other invariants may not hold yet, so only the expected one counts.
  const counts = mutant.atRest && expected.length > 0 ? brokenIn(evaluation) : expected;
  return {
    by: counts.map(({ invariant }) => invariant.name),
    first: expected[0]?.finding.breaches[0]?.what ?? "",
  };
}
