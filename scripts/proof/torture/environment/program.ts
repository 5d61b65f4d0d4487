import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { dyingWithParent } from "@smscrm/infra/embedded-postgres/run-as";

/** A named point in the code where a process dies or freezes, at the n-th pass. */
export interface Fault {
  point: string;
  passes: number;
  act: "die" | "freeze";
}

export interface Launch {
  words: string[];
  folder: string;
  env: Record<string, string>;
}

const LAST_WORDS = 30;
const LINES_KEPT = 400;
const STOP_LIMIT_MS = 30_000;
const REFUSES_TO_START =
  /PostgreSQL is not reachable|PostgreSQL is starting|database system is (starting|shutting)/;

let prefix: string[] | null = null;

/** One process of the product, which can be killed, frozen and started again. */
export class Program {
  readonly name: string;
  readonly #launch: (fault: Fault | null) => Launch;
  readonly healthUrl: string;
  readonly lines: string[] = [];
  /** Unexpected ends, with the last output. */
  readonly crashes: string[] = [];
  kills = 0;
  deaths = 0;
  freezes = 0;
  #child: ChildProcess | null = null;
  #fault: Fault | null = null;
  /** Processes that were stopped on purpose. */
  readonly #ordered = new WeakSet<ChildProcess>();

  constructor(name: string, healthUrl: string, launch: (fault: Fault | null) => Launch) {
    this.name = name;
    this.healthUrl = healthUrl;
    this.#launch = launch;
  }

  get running(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get fault(): Fault | null {
    return this.#fault;
  }

  /** Starts it, optionally with a point where it will die or freeze. */
  start(fault: Fault | null = null): void {
    if (this.running) throw new Error(`${this.name} runs already`);
    prefix ??= dyingWithParent("KILL");
    const { words, folder, env } = this.#launch(fault);
    const [command, ...args] = [...prefix, ...words];
    const child = spawn(command!, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    this.#fault = fault;
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => this.#keep(String(text)));
    child.once("exit", (code, signal) => this.#ended(child, fault, code, signal));
    child.once("error", (error) => this.crashes.push(`${this.name}: ${error.message}`));
  }

  #keep(text: string): void {
    this.lines.push(...text.split("\n").filter((line) => line.trim()));
    if (this.lines.length > LINES_KEPT) this.lines.splice(0, this.lines.length - LINES_KEPT);
  }

  #ended(child: ChildProcess, fault: Fault | null, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#ordered.has(child)) return;
    if (signal === "SIGKILL" && fault?.act === "die") {
      this.deaths += 1;
      return;
    }
    // Without its database it refuses to start, says so, and is started again, as by a supervisor.
    if (code === 1 && this.lines.slice(-3).some((line) => REFUSES_TO_START.test(line))) return;
    this.crashes.push(`${this.name} ended by itself (code ${code}, ${signal}): ${this.#lastWords()}`);
  }

  /** A runtime's report of an uncaught error is not in the log's format, and may follow log lines. */
  #lastWords(): string {
    const own = this.lines.filter((line) => !line.startsWith("{"));
    return [...own.slice(-LAST_WORDS), ...this.lines.slice(-2)].join("\n");
  }

  /** SIGKILL: it finishes nothing and writes nothing. False if it was gone already. */
  async kill(): Promise<boolean> {
    const child = this.#child;
    if (!child || !this.running) return false;
    this.#ordered.add(child);
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    if (child.signalCode === "SIGKILL") this.kills += 1;
    return true;
  }

  /** SIGTERM, as an operator stops it; returns its exit code. */
  async stop(): Promise<number | null> {
    const child = this.#child;
    if (!child || !this.running) return 0;
    this.#ordered.add(child);
    const gone = once(child, "exit");
    child.kill("SIGCONT");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    const [code] = await gone;
    clearTimeout(timer);
    return code;
  }

  freeze(): boolean {
    if (!this.running || this.frozen) return false;
    this.freezes += 1;
    return this.#child!.kill("SIGSTOP");
  }

  thaw(): void {
    if (this.running) this.#child!.kill("SIGCONT");
  }

  /** True while it is frozen, by our signal or by its own. */
  get frozen(): boolean {
    try {
      const stat = readFileSync(`/proc/${this.#child?.pid}/stat`, "utf8");
      return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T");
    } catch {
      return false;
    }
  }

  async healthy(): Promise<boolean> {
    try {
      return (await fetch(this.healthUrl, { signal: AbortSignal.timeout(5_000) })).ok;
    } catch {
      return false;
    }
  }
}
