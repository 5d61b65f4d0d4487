import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readEnv } from "./env.ts";
import { OUTCOMES } from "./messages/outcomes.ts";

const readme = readFileSync(new URL("./README.md", import.meta.url), "utf8").replace(/ +/g, " ");

test("an empty environment means port 4010 and ordinary behaviour", () => {
  expect(readEnv({ SIMULATOR_INBOUND_URL: "" })).toMatchObject({
    port: 4010,
    realism: true,
    inboundUrl: undefined,
  });
});

test("all faults are named at once", () => {
  const wrong = { SIMULATOR_PORT: "x", TWILIO_ACCOUNT_SID: "AC1", SIMULATOR_INBOUND_URL: "ftp://x" };
  for (const name of Object.keys(wrong)) expect(() => readEnv(wrong)).toThrow(name);
});

test("the README lists every outcome that a number can request", () => {
  for (const { suffix, name } of OUTCOMES) expect(readme).toContain(`| \`${suffix}\` | ${name} |`);
});
