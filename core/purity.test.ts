import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** All files of core that ship: no tests, no example, no tool configuration. */
const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter(
  (file) =>
    /\.tsx?$/.test(file) && !/(\.test\.ts|\.config\.ts)$/.test(file) && !/node_modules|\.data/.test(file),
);

/** Comments may speak of clocks; code may not. */
const codeOf = (file: string) =>
  readFileSync(`${import.meta.dirname}/${file}`, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|[^:"'`])\/\/.*$/gm, "$1");

const FORBIDDEN: Readonly<Record<string, RegExp>> = {
  "the clock":
    /\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )\bDate\(\s*\)|\bperformance\b|\bTemporal\b|\bhrtime\b/,
  "the clock, by way of a formatter": /\.format(ToParts)?\(\s*\)/,
  "the clock, by way of luxon": /\bDateTime\b|\bSettings\.now\b/,
  randomness: /\bMath\.random\b|\bcrypto\b|\brandomUUID\b/,
  timers: /\bset(Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/,
  "the process and its environment": /\bprocess\s*[.[]|\bBun\s*[.[]|\bDeno\b|\bglobalThis\b|\bnavigator\b/,
  "input and output": /\bfetch\s*\(|\bXMLHttpRequest\b|\bWebSocket\b|\bconsole\b|\blocalStorage\b/,
  "modules loaded at run time": /\brequire\s*\(|\bimport\s*\(|\bimport\.meta\b/,
};

const THIRD_PARTIES = /^(zod|luxon|libphonenumber-js(\/.*)?)$/;

test("core has no clock, no randomness and no I/O: all of that is an argument", () => {
  const found = files.flatMap((file) => {
    const code = codeOf(file);
    return Object.entries(FORBIDDEN)
      .filter(([, pattern]) => pattern.test(code))
      .map(([what, pattern]) => `${file} uses ${what}: ${code.match(pattern)![0]}`);
  });
  expect(found).toEqual([]);
  expect(files.length).toBeGreaterThan(50);
});

test("core imports itself, its data and three libraries", () => {
  const imports = files.flatMap((file) =>
    [...codeOf(file).matchAll(/\bfrom\s+["']([^"']+)["']|\bimport\s+["']([^"']+)["']/g)].map((match) => ({
      file,
      from: (match[1] ?? match[2])!,
    })),
  );
  const foreign = imports.filter(
    ({ from }) => !/^\.\.?\/(?!.*\.\.\/\.\.)/.test(from) && !THIRD_PARTIES.test(from),
  );
  expect(foreign).toEqual([]);
  expect(imports.length).toBeGreaterThan(100);
});

test("each pattern finds its example", () => {
  const samples: Readonly<Record<string, string[]>> = {
    "the clock": ["Date.now()", "new Date()", "Date()", "performance.now()", "Temporal.Now.instant()"],
    "the clock, by way of a formatter": ["formatter.format()", "formatter.formatToParts( )"],
    "the clock, by way of luxon": ["DateTime.now()", "Settings.now"],
    randomness: ["Math.random()", "crypto.getRandomValues(x)", "randomUUID()"],
    timers: ["setTimeout(f, 1)", "setInterval(f)", "setImmediate(f)", "queueMicrotask(f)"],
    "the process and its environment": ["process.env.X", 'process["env"]', "Bun.env", "globalThis.x"],
    "input and output": ["fetch(url)", "console.log(x)", "new WebSocket(x)"],
    "modules loaded at run time": ['require("x")', 'import("x")', "import.meta.url"],
  };
  expect(Object.keys(samples)).toEqual(Object.keys(FORBIDDEN));
  for (const [what, codes] of Object.entries(samples)) {
    for (const code of codes) expect(code).toMatch(FORBIDDEN[what]!);
  }
  expect("new Date(0).toISOString(); processed.length; refetch").not.toMatch(
    new RegExp(
      Object.values(FORBIDDEN)
        .map((pattern) => pattern.source)
        .join("|"),
    ),
  );
});
