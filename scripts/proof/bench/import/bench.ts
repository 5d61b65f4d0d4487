import type { BenchOptions } from "../options.ts";
import { type BenchReport, ratioLine, speedLines } from "../report.ts";
import { alternate, type Contender, figureOf, roundsOf } from "../rounds.ts";
import type { BenchServers } from "../servers.ts";
import { copiedOut, copyIn } from "./copy.ts";
import { importOurs, makeOwner, WARM_UP } from "./ours.ts";

const OURS = "ours: CSV to contacts";
const COPY = "raw COPY";

export async function benchImport(
  servers: BenchServers,
  { rows, rounds, seconds, profile }: BenchOptions,
  say: (line: string) => void,
): Promise<BenchReport> {
  await servers.template("import", makeOwner);
  // COPY writes what an import made of the file. It comes from a run that is not measured.
  const copied = await onCopy(servers, async (url) => {
    await importOurs(servers, url, rows, profile);
    return copiedOut(url, WARM_UP);
  });
  const contenders: Contender[] = [
    { name: OURS, measure: () => onCopy(servers, (url) => importOurs(servers, url, rows, false)) },
    { name: COPY, measure: () => onCopy(servers, (url) => copyIn(url, copied, rows)) },
  ];
  const samples = await alternate(contenders, { rounds, seconds }, say);
  const used = ["api", "worker", "postgres"].map((who) => ({
    what: `${who}'s processor per row (ours)`,
    spread: figureOf(samples, OURS, `${who}MicrosEach`),
    unit: "µs",
    goal: null,
    next: null,
  }));
  return {
    bench: "import",
    about: `${rows} rows, ${roundsOf(samples)} rounds`,
    samples: Object.fromEntries(samples),
    lines: [
      ...speedLines(samples, "rows/s"),
      ...used,
      ratioLine(samples, OURS, COPY, { atLeast: 0.35 }, 0.5),
    ],
  };
}

async function onCopy<T>(servers: BenchServers, work: (url: string) => Promise<T>): Promise<T> {
  const database = await servers.copyOf("import");
  try {
    return await work(database.url);
  } finally {
    await database.drop();
  }
}
