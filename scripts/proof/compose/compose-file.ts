import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { projectFolder } from "../../start/runtime.ts";

/** The parts of a service in the compose file that the tests read. */
export interface Service {
  image?: string;
  build?: { target: string };
  user?: string;
  command?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  networks?: string[];
  network_mode?: string;
  profiles?: string[];
  ports?: string[];
  volumes?: string[];
  tmpfs?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  deploy?: { replicas?: number; resources?: { limits: { memory: string } } };
}

export interface ComposeFile {
  services: Record<string, Service>;
  networks?: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } } | null>;
  secrets?: Record<string, { file: string }>;
  volumes?: Record<string, unknown>;
}

export const PRODUCTION = "infra/docker-compose.prod.yml";
export const DEVELOPMENT = "infra/docker-compose.yml";

export const readProject = (file: string) => readFileSync(path.join(projectFolder, file), "utf8");

/** Replaces `${NAME:-default}`, `${NAME:?why}` and `${NAME}` like Docker Compose. */
const VARIABLE = /\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g;

export const variablesOf = (file: string): string[] => [
  ...new Set([...readProject(file).matchAll(VARIABLE)].map(([, name]) => name!)),
];

/** Returns the file with its variables replaced. Throws if a required one is missing, like Docker Compose. */
export function readCompose(file: string, given: Record<string, string> = {}): ComposeFile {
  const replaced = (text: string) =>
    text.replace(VARIABLE, (_, name: string, kind?: string, rest = "") => {
      const value = given[name];
      if (value) return value;
      if (kind === "?") throw new Error(`${name} is missing: ${rest}`);
      return rest;
    });
  // Replaced in the values after parsing, so that an empty variable is an empty text.
  const inValues = (part: unknown): unknown => {
    if (typeof part === "string") return replaced(part);
    if (Array.isArray(part)) return part.map(inValues);
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, inValues(value)]));
  };
  return inValues(parse(readProject(file), { merge: true })) as ComposeFile;
}

/** Returns what `infra/.env` must contain, from its example. */
export function exampleVariables(): Record<string, string> {
  const lines = readProject("infra/.env.example").split("\n");
  return Object.fromEntries(
    lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
}
