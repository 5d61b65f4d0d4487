import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { projectFolder, runtimeProgram } from "../../start/runtime.ts";
import { runScript, type ScriptRun } from "../operations/run-script.ts";
import type { RunbookStep } from "./extract.ts";
import type { RunbookSystem } from "./system.ts";

/**
 * `ran`: unchanged but for this system's ports and names. `equal`: what a container's command does, without a
 * container.
 */
export interface StepResult {
  how: "ran" | "equal" | "present";
  ok: boolean;
  output: string;
}

const ok = (how: StepResult["how"], output = ""): StepResult => ({ how, ok: true, output });
const bad = (output: string): StepResult => ({ how: "ran", ok: false, output });

export function runStep(step: RunbookStep, system: RunbookSystem): Promise<StepResult> {
  return step.kind === "sql" ? runSql(step.text, system) : runCommand(step.text, system);
}

async function runSql(text: string, { environment }: RunbookSystem): Promise<StepResult> {
  const words: [string, ...string[]] = [
    "psql",
    environment.DATABASE_URL!,
    "-v",
    "ON_ERROR_STOP=1",
    "-X",
    "-q",
  ];
  return ran(await runScript(words, { env: environment, input: text }));
}

const ran = ({ code, output }: ScriptRun): StepResult => ({ how: "ran", ok: code === 0, output });

async function runCommand(text: string, system: RunbookSystem): Promise<StepResult> {
  const command = text.replace(/\\\n/g, " ").replace(/\s+/g, " ");
  if (command.startsWith("export ")) return present(command.split("=")[1]!);
  const plain = command.replace(/^[A-Z]+=\S+ /, "");
  if (plain.startsWith("docker ")) return container(plain, system);
  if (plain.startsWith("pnpm ")) return script(plain.replace(/^pnpm (run )?/, ""), system);
  return shell(plain, system);
}

function present(file: string): StepResult {
  try {
    readFileSync(path.join(projectFolder, file));
    return ok("present");
  } catch {
    return bad(`there is no ${file}`);
  }
}

/** Scripts that never end, change the working copy, or have their own test: here only their existence is checked. */
const ONLY_PRESENT = ["dev:api", "dev:worker", "dev:web", "restore:drill", "migrate:generate"];
const UNLOCK_LIMIT_MS = 60_000;

async function script(call: string, system: RunbookSystem): Promise<StepResult> {
  const name = call.split(" ")[0]!;
  const { scripts } = JSON.parse(readFileSync(path.join(projectFolder, "package.json"), "utf8"));
  if (!scripts[name]) return bad(`package.json has no script ${name}`);
  if (ONLY_PRESENT.includes(name)) return ok("present");
  const run = () => bash(`${scripts[name]} ${call.slice(name.length)}`, system);
  if (call !== "ops unlock") return ran(await run());
  // A worker must ask the carrier first; the page says to wait for it.
  for (const deadline = Date.now() + UNLOCK_LIMIT_MS; ; ) {
    const result = ran(await run());
    if (result.ok || Date.now() > deadline) return result;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Runs a command with this system's ports, session and backups instead of the page's. */
async function shell(command: string, system: RunbookSystem): Promise<StepResult> {
  const { ports, environment } = system;
  // Resuming wants a sign-in of the last five minutes; the whole page takes longer than that.
  const session = command.includes("YOUR_SESSION") ? await system.signIn() : "";
  const backup = newestBackup(environment.BACKUP_DIR!);
  const here = command
    .replaceAll("localhost:3000", `127.0.0.1:${ports.api}`)
    .replaceAll("localhost:3002", `127.0.0.1:${ports.worker}`)
    .replaceAll("YOUR_SESSION", session)
    .replaceAll("smscrm_20241107_120000.sql.gz", backup)
    .replaceAll("/backups", environment.BACKUP_DIR!)
    .replace(/^curl /, "curl --silent --show-error --fail-with-body --max-time 20 ")
    .replace(/^redis-cli /, `redis-cli -e -p ${ports.redis} `);
  const restores = here.includes("scripts/restore.sh");
  const result = ran(await bash(here, system, restores ? "smscrm\n" : ""));
  // Its connections were cut with the old database. An operator would start it again, too.
  if (restores && result.ok) await system.restart("worker");
  return result;
}

function newestBackup(folder: string): string {
  try {
    return (
      readdirSync(folder)
        .filter((name) => name.endsWith(".sql.gz"))
        .sort()
        .at(-1) ?? "none"
    );
  } catch {
    return "none";
  }
}

function bash(command: string, { environment }: RunbookSystem, input = ""): Promise<ScriptRun> {
  const bin = [
    path.dirname(runtimeProgram("bun")),
    path.join(projectFolder, "node_modules/.bin"),
    process.env.PATH,
  ];
  return runScript(["bash", "-c", command], { env: { ...environment, PATH: bin.join(":") }, input });
}

const COMPOSE = /^docker compose (?:-f (\S+) )?(--profile \S+ )?(\w+) ?(.*)$/;

/** There is no container engine here. The file and the service must exist, and the command runs outside a container. */
function container(command: string, system: RunbookSystem): Promise<StepResult> | StepResult {
  if (command.startsWith("docker stats")) {
    return shell("curl http://localhost:3002/metrics | grep process_resident_memory_bytes", system).then(
      asEqual,
    );
  }
  const image = /^docker pull [\w./-]+\/(\w+):[\w.-]+$/.exec(command)?.[1];
  if (image) return isImage(image) ? ok("present") : bad(`no service has an image ${image}`);
  const [, file = "infra/docker-compose.prod.yml", , verb = "", rest = ""] = COMPOSE.exec(command) ?? [];
  const compose = readFileSync(path.join(projectFolder, file), "utf8");
  const words = rest
    .split(" | ")[0]!
    .split(" ")
    .filter((word) => word !== "" && !word.startsWith("-"));
  const isService = (name: string) => new RegExp(`^  ${name}:$`, "m").test(compose);
  if (verb === "exec" || verb === "run") return inContainer(words, isService, rest, system);
  const missing = words.filter((word) => !isService(word));
  if (missing.length > 0) return bad(`${file} has no service ${missing.join(", ")}`);
  if (verb === "logs") return logs(words);
  if (verb === "restart") {
    return Promise.all(words.map((name) => system.restart(name as "api" | "worker"))).then(() => ok("equal"));
  }
  return ["up", "down", "ps", "pull", "stop"].includes(verb)
    ? ok("present")
    : bad(`${verb} can't be checked here`);

  function logs(names: string[]): StepResult {
    const empty = names.filter((name) => system.logOf(name) === "");
    return empty.length === 0 ? ok("equal") : bad(`${empty.join(", ")} wrote no log`);
  }
}

const isImage = (name: string) =>
  readFileSync(path.join(projectFolder, "infra/docker-compose.prod.yml"), "utf8").includes(`/${name}:\${TAG`);

async function inContainer(
  [service = "", ...words]: string[],
  isService: (name: string) => boolean,
  rest: string,
  system: RunbookSystem,
): Promise<StepResult> {
  if (!isService(service)) return bad(`there is no service ${service}`);
  const inside = rest.slice(rest.indexOf(service) + service.length + 1);
  if (words[0] === "pnpm") return asEqual(await script(inside.slice("pnpm ".length), system));
  return asEqual(await shell(inside, system));
}

const asEqual = (result: StepResult): StepResult => ({ ...result, how: "equal" });
