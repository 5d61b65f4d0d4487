import type { Fate, Program } from "../world/program.ts";
import type { World } from "../world/world.ts";

const LOOK_EVERY_MS = 40;

/** Starts what has died and wakes what stands still, as a supervisor does; what it starts next may have a fate. */
export function startKeeper(world: World, fateOf: (program: Program) => Fate | null) {
  const programs = [...world.workers, ...world.apis];
  const since = new Map<Program, number>();
  let stopped = false;
  const rounds = (async () => {
    while (!stopped) {
      for (const program of programs) look(program);
      await pause(LOOK_EVERY_MS);
    }
  })();

  function look(program: Program): void {
    if (!program.running) {
      if (program.fate?.act === "die") world.note(`died: ${program.name} at ${program.fate.point}`);
      program.start(fateOf(program));
      return;
    }
    if (!program.frozen) return void since.delete(program);
    const from = since.get(program) ?? world.clock.now();
    since.set(program, from);
    if (world.clock.now() - from < 300 + world.random.below(900)) return;
    program.thaw();
    noteFreeze(world, program, from - 4 * LOOK_EVERY_MS);
    since.delete(program);
  }

  return {
    async stop() {
      stopped = true;
      await rounds;
    },
  };
}

/** Remembers that a process stood still: what it had begun before reached the carrier after. */
export function noteFreeze(world: World, program: Program, from: number): void {
  world.freezes.push({ from, until: world.clock.now() });
  world.note(`froze: ${program.name} for ${world.clock.now() - from} ms`);
}

export async function killNow(world: World, program: Program): Promise<void> {
  world.note(`killed: ${program.name}`);
  await program.kill();
}

/** Starts those that do not run. */
export function revive(programs: readonly Program[]): void {
  for (const program of programs) if (!program.running) program.start();
}

/** Starts a program afresh with a fate and waits until it is met; false where it did not come to that point in time. */
export async function letMeetFate(
  world: World,
  program: Program,
  fate: Fate,
  {
    limitMs = 10_000,
    meanwhile = async () => {},
  }: { limitMs?: number; meanwhile?: () => Promise<void> } = {},
): Promise<boolean> {
  await program.kill();
  program.start(fate);
  const met = () => (fate.act === "die" ? !program.running : program.frozen);
  const deadline = Date.now() + limitMs;
  for (let rounds = 0; !met(); rounds += 1) {
    if (Date.now() > deadline) return false;
    if (rounds % 40 === 0) await meanwhile();
    await pause(10);
  }
  world.note(`${fate.act === "die" ? "died" : "stood still"}: ${program.name} at ${fate.point}`);
  return true;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits for a condition, with a limit; whether it came about. */
export async function comes(about: () => Promise<boolean> | boolean, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (!(await about())) {
    if (Date.now() > deadline) return false;
    await pause(50);
  }
  return true;
}
