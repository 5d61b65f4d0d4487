import type { Environment } from "../environment/environment.ts";
import type { Fault, Program } from "../environment/program.ts";

const LOOK_EVERY_MS = 40;

/** Restarts dead processes and wakes frozen ones, like a supervisor. A process that it starts may get a fault. */
export function startSupervisor(environment: Environment, faultOf: (program: Program) => Fault | null) {
  const programs = [...environment.workers, ...environment.apis];
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
      if (program.fault?.act === "die") environment.note(`died: ${program.name} at ${program.fault.point}`);
      program.start(faultOf(program));
      return;
    }
    if (!program.frozen) return void since.delete(program);
    const from = since.get(program) ?? environment.clock.now();
    since.set(program, from);
    if (environment.clock.now() - from < 300 + environment.random.below(900)) return;
    program.thaw();
    noteFreeze(environment, program, from - 4 * LOOK_EVERY_MS);
    since.delete(program);
  }

  return {
    async stop() {
      stopped = true;
      await rounds;
    },
  };
}

/** Records that a process was frozen: requests that it had started reach the carrier later. */
export function noteFreeze(environment: Environment, program: Program, from: number): void {
  environment.freezes.push({ from, until: environment.clock.now() });
  environment.note(`froze: ${program.name} for ${environment.clock.now() - from} ms`);
}

export async function killNow(environment: Environment, program: Program): Promise<void> {
  environment.note(`killed: ${program.name}`);
  await program.kill();
}

/** Starts those that are not running. */
export function revive(programs: readonly Program[]): void {
  for (const program of programs) if (!program.running) program.start();
}

/** Restarts a program with a fault and waits until it happens; false if it does not in time. */
export async function triggerFault(
  environment: Environment,
  program: Program,
  fault: Fault,
  {
    limitMs = 10_000,
    meanwhile = async () => {},
  }: { limitMs?: number; meanwhile?: () => Promise<void> } = {},
): Promise<boolean> {
  await program.kill();
  program.start(fault);
  const met = () => (fault.act === "die" ? !program.running : program.frozen);
  const deadline = Date.now() + limitMs;
  for (let rounds = 0; !met(); rounds += 1) {
    if (Date.now() > deadline) return false;
    if (rounds % 40 === 0) await meanwhile();
    await pause(10);
  }
  environment.note(`${fault.act === "die" ? "died" : "stood still"}: ${program.name} at ${fault.point}`);
  return true;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits for a condition with a limit; returns whether it became true. */
export async function waitFor(about: () => Promise<boolean> | boolean, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (!(await about())) {
    if (Date.now() > deadline) return false;
    await pause(50);
  }
  return true;
}
