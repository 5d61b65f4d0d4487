import { readProject, type Service } from "./compose-file.ts";

/** What an image contains, as far as a service relies on it. */
export interface Image {
  /** The user if the service names none. */
  uid: number;
  users: Record<string, number>;
  /** Programs that commands and health checks may call, and where they come from. */
  programs: Record<string, string>;
}

const BUSYBOX = "busybox, on which the image is built";

/** Images of others, by the name before the colon. */
const THEIRS: Record<string, Image> = {
  caddy: { uid: 0, users: {}, programs: { caddy: "what the image is for", wget: BUSYBOX } },
  postgres: {
    uid: 0,
    users: { postgres: 999 },
    programs: { postgres: "what the image is for", pg_isready: "PostgreSQL's client" },
  },
  redis: {
    uid: 0,
    users: { redis: 999 },
    programs: { "redis-server": "what the image is for", "redis-cli": "Redis's tools" },
  },
  "prom/prometheus": { uid: 65534, users: {}, programs: { wget: BUSYBOX } },
  "prom/alertmanager": { uid: 65534, users: {}, programs: { wget: BUSYBOX } },
};

/** An image of ours: a stage of the Dockerfile with all the stages below it. */
export interface Stage {
  base: string;
  /** Its instructions with their arguments, from the base image down. */
  lines: [instruction: string, rest: string][];
}

export function stageOf(name: string): Stage | null {
  const text = readProject("infra/docker/Dockerfile").replace(/\\\n/g, " ");
  const stages = new Map<string, { from: string; lines: [string, string][] }>();
  let current: { from: string; lines: [string, string][] } | undefined;
  for (const line of text.split("\n").filter((each) => /^[A-Z]+ /.test(each))) {
    const [instruction = "", ...rest] = line.split(/\s+/);
    const [from = "", , stage = ""] = rest;
    if (instruction === "FROM") {
      current = { from, lines: [] };
      stages.set(stage, current);
    } else current?.lines.push([instruction, rest.join(" ")]);
  }
  const own = stages.get(name);
  if (!own) return null;
  const below = stageOf(own.from);
  return { base: below?.base ?? own.from, lines: [...(below?.lines ?? []), ...own.lines] };
}

/** Returns `api` for `smscrm/api:latest`, and for a service that is built from that stage. */
export function ownImage({ image, build }: Service): string | null {
  return build?.target ?? /^smscrm\/(\w+):/.exec(image ?? "")?.[1] ?? null;
}

export function imageOf(service: Service): Image {
  const own = ownImage(service);
  if (!own) {
    const name = service.image!.replace(/:[^:/]+$/, "");
    const theirs = THEIRS[name];
    if (!theirs) throw new Error(`${name} is not in the table of images: add its user and its programs.`);
    return theirs;
  }
  const stage = stageOf(own);
  if (!stage) throw new Error(`The Dockerfile has no stage ${own}.`);
  const made = (pattern: RegExp) =>
    Number(stage.lines.map(([, rest]) => pattern.exec(rest)?.[1]).find((uid) => uid !== undefined));
  const users = { root: 0, smscrm: made(/(?:useradd --uid|adduser -u) (\d+)/) };
  const user = stage.lines.findLast(([instruction]) => instruction === "USER")?.[1] ?? "root";
  return { uid: users[user as keyof typeof users], users, programs: programsOf(stage) };
}

function programsOf({ base, lines }: Stage): Record<string, string> {
  const programs: Record<string, string> = base.startsWith("caddy")
    ? { ...THEIRS.caddy!.programs }
    : { sh: "Debian", bash: "Debian" };
  for (const [instruction, rest] of lines) {
    const words = rest.split(" ").filter((word) => !word.startsWith("--"));
    const target = words.at(-1)!;
    if (instruction === "COPY" && target.startsWith("/usr/local/bin/"))
      programs[target.slice("/usr/local/bin/".length)] = `copied from ${words[0]}`;
    if (instruction === "COPY" && target === "scripts/")
      for (const script of words.slice(0, -1).filter((word) => word.endsWith(".sh")))
        programs[script] = "copied";
  }
  return programs;
}

/** Returns the files and folders of the repository that an image contains at the same place. */
export function copiedInto(name: string): string[] {
  return stageOf(name)!
    .lines.filter(([instruction, rest]) => instruction === "COPY" && !rest.includes("--from="))
    .flatMap(([, rest]) => {
      const words = rest.split(" ").filter((word) => !word.startsWith("--"));
      return words.slice(0, -1);
    });
}

/** Returns the user of a service. */
export function uidOf(service: Service): number {
  const image = imageOf(service);
  return service.user === undefined ? image.uid : (image.users[service.user] ?? Number(service.user));
}
