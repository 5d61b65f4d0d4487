import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Cluster, Redis } from "ioredis";
import { freePort, portState } from "../../infra/embedded-postgres/port.ts";
import { dyingWithParent } from "../../infra/embedded-postgres/run-as.ts";

/** Several Redis servers with failover, on loopback. */
export interface RedisGroup {
  /** The environment of a worker. */
  environment: Record<string, string>;
  /** The prefix of the queue's keys: on a Cluster all of them must be on one server. */
  prefix: string;
  /** Opens a client that finds the current master. */
  connect(): Redis | Cluster;
  /** Kills the server that has the queue with SIGKILL; resolves when another one has taken over. */
  loseMaster(): Promise<void>;
  stop(): Promise<void>;
}

const LIMIT_MS = 30_000;
/** How long a server must be silent before the others replace it. */
const SILENCE_MS = 1_000;
const PASSWORD = "queue-password";

/** Starts three Sentinels that watch a master and its replica. */
export async function startSentinels(): Promise<RedisGroup> {
  const group = openGroup();
  const [master, replica] = [await group.server([]), await group.server([])];
  await group.ask(replica, "replicaof", "127.0.0.1", String(master));
  await until("the replica follows", async () =>
    /master_link_status:up/.test(await group.ask(replica, "info")),
  );
  const watchers: number[] = [];
  for (let at = 0; at < 3; at += 1) watchers.push(await group.sentinel(master));
  await until("the Sentinels know each other and the replica", async () => {
    const known = await Promise.all(watchers.map((port) => group.ask(port, "info", "sentinel")));
    return known.every((text) => /slaves=1,sentinels=3/.test(text));
  });
  const nodes = watchers.map((port) => ({ host: "127.0.0.1", port }));
  const secrets = { password: PASSWORD, sentinelPassword: PASSWORD };
  return {
    environment: {
      REDIS_SENTINELS: asList(watchers),
      REDIS_SENTINEL_NAME: "queue",
      REDIS_PASSWORD: PASSWORD,
    },
    prefix: "bull",
    connect: () => new Redis({ sentinels: nodes, name: "queue", ...secrets }),
    loseMaster: async () => {
      await group.kill(master);
      await until("the replica was promoted", async () =>
        /role:master/.test(await group.ask(replica, "info")),
      );
    },
    stop: group.stop,
  };
}

/** Starts three masters with a replica each: enough for a majority when one of them dies. */
export async function startCluster(): Promise<RedisGroup> {
  const group = openGroup();
  const ports: number[] = [];
  for (let at = 0; at < 6; at += 1) ports.push(await group.server(clusterSettings));
  await group.run([
    "--cluster",
    "create",
    ...ports.map((port) => `127.0.0.1:${port}`),
    "--cluster-replicas",
    "1",
    "--cluster-yes",
  ]);
  const nodesOf = async (port: number) =>
    (await group.ask(port, "cluster", "nodes")).split("\n").map((line) => line.split(" "));
  await until("every node knows the replicas", async () => {
    const told = await Promise.all(ports.map(nodesOf));
    return told.every((nodes) => nodes.filter(([, , role]) => role?.includes("slave")).length === 3);
  });
  const slot = Number(await group.ask(ports[0]!, "cluster", "keyslot", "{bull}"));
  /** Returns the port of the master that has the queue, as a server other than `not` sees it. */
  const owner = async (not: number | null) => {
    const nodes = await nodesOf(ports.find((port) => port !== not)!);
    const has = ([, , role, , , , , , ...slots]: string[]) =>
      role!.includes("master") && !role!.includes("fail") && slots.some((range) => contains(range, slot));
    const node = nodes.find((each) => each.length > 8 && has(each));
    return node ? Number(node[1]!.split(/[:@]/)[1]) : null;
  };
  return {
    environment: { REDIS_CLUSTER_NODES: asList(ports), REDIS_PASSWORD: PASSWORD },
    prefix: "{bull}",
    connect: () =>
      new Cluster(
        ports.map((port) => ({ host: "127.0.0.1", port })),
        { redisOptions: { password: PASSWORD } },
      ),
    loseMaster: async () => {
      const master = (await owner(null))!;
      await group.kill(master);
      await until("another node has the queue", async () => ![null, master].includes(await owner(master)));
    },
    stop: group.stop,
  };
}

const clusterSettings = ["--cluster-enabled", "yes", "--cluster-node-timeout", String(SILENCE_MS)];
const asList = (ports: number[]) => ports.map((port) => `127.0.0.1:${port}`).join(",");

function contains(range: string, slot: number): boolean {
  const [from, to = from] = range.split("-").map(Number);
  return slot >= from! && slot <= to!;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`waited ${LIMIT_MS} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Starts the processes of a group, in a folder that is removed with them. */
function openGroup() {
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-redis-group-"));
  const children = new Map<number, ChildProcess>();

  /** Returns false if the process ended before it answered: another program took one of its ports meanwhile. */
  async function start(port: number, words: string[]): Promise<boolean> {
    const [command, ...args] = [...dyingWithParent("KILL"), "redis-server", ...words];
    const child = spawn(command!, args, { stdio: "ignore", cwd: folder });
    const ended = () => child.exitCode !== null || child.signalCode !== null;
    await until(
      `the server on port ${port} answers`,
      async () => ended() || (await ask(port, "ping")) === "PONG",
    );
    if (ended()) return false;
    children.set(port, child);
    return true;
  }

  async function startOnFreePort(
    free: () => Promise<number>,
    wordsFor: (port: number) => string[],
  ): Promise<number> {
    for (let tries = 0; tries < 5; tries += 1) {
      const port = await free();
      if (await start(port, wordsFor(port))) return port;
    }
    throw new Error("A Redis ended five times before it answered. Start one by hand to see why.");
  }

  const common = (port: number) => ["--port", String(port), "--bind", "127.0.0.1", "--requirepass", PASSWORD];

  function server(more: string[]): Promise<number> {
    const keepsNothing = ["--save", "", "--appendonly", "no", "--masterauth", PASSWORD];
    return startOnFreePort(freeClusterPort, (port) => {
      // A replica that was just promoted must not delay its first sync by five seconds.
      const files = ["--cluster-config-file", `nodes-${port}.conf`, "--repl-diskless-sync-delay", "0"];
      return [...common(port), ...keepsNothing, ...files, ...more];
    });
  }

  function sentinel(master: number): Promise<number> {
    return startOnFreePort(freePort, (port) => {
      const file = path.join(folder, `sentinel-${port}.conf`);
      const lines = [
        `sentinel monitor queue 127.0.0.1 ${master} 2`,
        `sentinel auth-pass queue ${PASSWORD}`,
        `sentinel down-after-milliseconds queue ${SILENCE_MS}`,
        "sentinel failover-timeout queue 10000",
        `sentinel sentinel-pass ${PASSWORD}`,
      ];
      writeFileSync(file, `${lines.join("\n")}\n`);
      return [file, "--sentinel", ...common(port)];
    });
  }

  async function kill(port: number): Promise<void> {
    const child = children.get(port)!;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async function stop(): Promise<void> {
    for (const child of children.values()) child.kill("SIGKILL");
    await Promise.all(
      [...children.values()].map((child) =>
        (child.exitCode ?? child.signalCode) ? null : once(child, "exit"),
      ),
    );
    rmSync(folder, { recursive: true, force: true });
  }

  return { server, sentinel, ask, run: redisCli, kill, stop };
}

const BUS_OFFSET = 10_000;

/**
 * Returns a port whose cluster port, 10,000 higher, is free too. Both are below the ports that the system gives to
 * outgoing connections: one of those could hold the cluster port at any moment.
 */
async function freeClusterPort(): Promise<number> {
  for (;;) {
    const port = await freePort(() => randomInt(20_000, 32_768 - BUS_OFFSET));
    if ((await portState(port + BUS_OFFSET)) === "free") return port;
  }
}

function ask(port: number, ...words: string[]): Promise<string> {
  return redisCli(["-p", String(port), ...words]);
}

async function redisCli(words: string[]): Promise<string> {
  const child = spawn("redis-cli", ["--no-auth-warning", "-a", PASSWORD, ...words], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`redis-cli ${words[0]} ended with ${code}: ${text}`);
  return text.trim();
}
