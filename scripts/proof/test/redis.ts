import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { dyingWithParent } from "@smscrm/infra/embedded-postgres/run-as";

export type TestRedis = {
  url: string;
  port: number;
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
};

/** The error for a machine where `startTestRedis` returns null. */
export const NO_REDIS =
  "No Redis could be started: install redis-server (apt-get install redis-server), then try again.";

const answerLimitMs = 10_000;

/** Starts a Redis for this run, on loopback, without persistence; null if none is installed. */
export async function startTestRedis(atPort?: number): Promise<TestRedis | null> {
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-redis-"));
  const port = atPort ?? (await freePort());
  const settings = [
    "--bind",
    "127.0.0.1",
    "--port",
    String(port),
    "--dir",
    folder,
    "--save",
    "",
    "--appendonly",
    "no",
  ];
  const [command, ...args] = [...dyingWithParent("TERM"), "redis-server", ...settings];
  const child = spawn(command!, args, { stdio: "ignore" });
  let ended = false;
  const end = once(child, "exit").then(
    () => (ended = true),
    () => (ended = true),
  );
  const endBy = (signal: NodeJS.Signals) => async () => {
    child.kill(signal);
    await end;
    rmSync(folder, { recursive: true, force: true });
  };
  const stop = endBy("SIGTERM");
  if (await answers(port, () => ended))
    return { url: `redis://127.0.0.1:${port}`, port, stop, kill: endBy("SIGKILL") };
  await stop();
  return null;
}

async function answers(port: number, ended: () => boolean): Promise<boolean> {
  const deadline = Date.now() + answerLimitMs;
  while (!ended() && Date.now() < deadline) {
    if (await connects(port)) return true;
    await new Promise((done) => setTimeout(done, 25));
  }
  return false;
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const say = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => say(true));
    socket.once("error", () => say(false));
  });
}
