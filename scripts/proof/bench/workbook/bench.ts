import { readFileSync } from "node:fs";
import { testLogins } from "@smscrm/db/testing/test-database";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { writeXlsx } from "hucre/xlsx";
import { callOverTrpc } from "../../../demo/session.ts";
import { contactFile } from "../import/contact-file.ts";
import { ACCOUNT, makeOwner } from "../import/ours.ts";
import type { BenchOptions } from "../options.ts";
import { startProgram } from "../program.ts";
import type { BenchReport } from "../report.ts";
import type { Sample } from "../rounds.ts";
import { spreadOf } from "../rounds.ts";
import type { BenchServers } from "../servers.ts";

/** What an upload of a workbook may need beyond an idle API. */
const LIMIT_MB = 200;
const SAMPLE_MS = 10;
const SETTLE_MS = 3_000;

/** Measures the memory of the real API while it stores a workbook: its largest resident size, less that before. */
export async function benchWorkbook(
  servers: BenchServers,
  { rows, rounds }: BenchOptions,
  say: (line: string) => void,
): Promise<BenchReport> {
  await servers.template("workbook", makeOwner);
  const file = await workbookOf(rows);
  say(`a workbook of ${rows} rows has ${Math.round(file.length / 1024)} kB`);
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round++) samples.push(await measure(servers, file, rows));
  const line = (what: string, figure: string, unit: string, goal: { atMost: number } | null = null) => ({
    ...{ what, unit, goal, next: null },
    spread: spreadOf(samples.map((sample) => sample[figure] ?? Number.NaN)),
  });
  return {
    bench: "workbook",
    about: `.xlsx of ${rows} rows, ${rounds} rounds, a fresh API each`,
    samples: { upload: samples },
    lines: [
      line("the idle API", "idleMb", "MB"),
      line("more at most, during an upload", "moreMb", "MB", { atMost: LIMIT_MB }),
      line("more afterwards", "afterMb", "MB"),
      line("rows stored", "perSecond", "rows/s"),
    ],
  };
}

async function workbookOf(rows: number): Promise<Uint8Array> {
  const lines = contactFile(rows, 0).split("\r\n").slice(0, -1);
  const cells = lines.map((line) => line.split(",").map((cell) => cell.replaceAll('"', "")));
  return writeXlsx({ sheets: [{ name: "People", rows: cells }] });
}

async function measure(servers: BenchServers, file: Uint8Array, rows: number): Promise<Sample> {
  const copy = await servers.copyOf("workbook");
  const port = String(await freePort());
  const env = { ...testLogins(copy.url), REDIS_URL: servers.redis.url, LOG_LEVEL: "info", PORT: port };
  const api = await startProgram("server/main.ts", [], env, (line) => line.includes("The API listens"));
  try {
    const { url, cookie } = await callOverTrpc(`http://127.0.0.1:${port}`, ACCOUNT);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const idleMb = residentMb(api.pid);
    let mostMb = idleMb;
    const timer = setInterval(() => {
      mostMb = Math.max(mostMb, residentMb(api.pid));
    }, SAMPLE_MS);
    const startedMs = performance.now();
    const answer = await fetch(`${url}/uploads/imports?fileName=people.xlsx`, {
      method: "POST",
      headers: { Cookie: cookie(), "Content-Type": "application/octet-stream" },
      body: file,
    } as RequestInit);
    const seconds = (performance.now() - startedMs) / 1_000;
    clearInterval(timer);
    if (answer.status !== 201) throw new Error(`The upload was refused: ${await answer.text()}`);
    const afterMb = residentMb(api.pid) - idleMb;
    return { perSecond: rows / seconds, seconds, idleMb, moreMb: mostMb - idleMb, afterMb };
  } finally {
    await api.stop();
    await copy.drop();
  }
}

/** Linux only, as the machines that measure. */
function residentMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}
