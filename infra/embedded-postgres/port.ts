import { randomInt } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { commandLineOf } from "./process-identity.ts";

export type PortState = "free" | "in-use" | "forbidden";

/** Checks by listening whether the port is free. On a system without that address family nothing is in use. */
export function portState(port: number, host = "127.0.0.1"): Promise<PortState> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) => {
      resolve(code === "EADDRINUSE" ? "in-use" : code === "EACCES" ? "forbidden" : "free");
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve("free")));
  });
}

/** Below the ports that the system gives to outgoing connections: a client could get one of those at any moment. */
const FREE_FROM = 20_000;
const FREE_TO = 32_768;
const TRIES = 100;
/** The ports that this process was given before. Nobody may listen on one yet, but it must not be given twice. */
const given = new Set<number>();

/**
 * Returns a loopback port that is free now, that the system does not give out by itself, and that this process was not
 * given before. `choose` returns a port to try.
 */
export async function freePort(choose = () => randomInt(FREE_FROM, FREE_TO)): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = choose();
    if (given.has(port)) continue;
    if ((await portState(port)) === "free") {
      given.add(port);
      return port;
    }
  }
  throw new Error(
    `None of the ${TRIES} ports that were tried from ${FREE_FROM} to ${FREE_TO} is free. Stop other programs and try again.`,
  );
}

/** Returns which process listens on the port, if /proc shows it to this user; null otherwise. */
export function portHolder(port: number): { pid: number; command: string } | null {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return null;
  for (const pid of processIds()) {
    if (holdsOneOf(pid, inodes)) return { pid, command: (commandLineOf(pid) ?? "").slice(0, 80) };
  }
  return null;
}

/** Returns the holder as the end of a sentence: ` by process 12 (nginx …)`, or nothing when unknown. */
export function portHolderPhrase(port: number): string {
  const holder = portHolder(port);
  return holder ? ` by process ${holder.pid} (${holder.command})` : "";
}

const listening = "0A";

function listeningInodes(port: number): Set<string> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readLines(table)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(wanted) && fields[3] === listening && fields[9]) inodes.add(fields[9]);
    }
  }
  return inodes;
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function holdsOneOf(pid: number, inodes: Set<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkTarget(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode !== undefined && inodes.has(inode);
    });
  } catch {
    return false;
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
