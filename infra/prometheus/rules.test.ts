import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folder = import.meta.dirname;
const has = (program: string) => spawnSync(program, ["--version"]).status === 0;
/** Debian's packages `prometheus` and `prometheus-alertmanager`. CI installs them: where they are missing there, it fails. */
const here = (has("promtool") && has("amtool")) || Boolean(process.env.CI);

const run = (program: string, ...words: string[]) =>
  execFileSync(program, words, { cwd: folder, encoding: "utf8", timeout: 60_000, stdio: "pipe" });

describe("what Prometheus watches from outside", () => {
  it.runIf(here)("fires and clears as its own tests say", () => {
    expect(run("promtool", "test", "rules", "smscrm.rules.test.yml")).toMatch(/SUCCESS/);
  });

  it.runIf(here)("is a configuration that Prometheus and Alertmanager take", () => {
    expect(run("promtool", "check", "config", "prometheus.yml")).toMatch(/SUCCESS/);
    expect(run("amtool", "check-config", "alertmanager.yml")).toMatch(/SUCCESS/);
  });

  it("has a test for every rule: one in which it fires, and one in which it does not", () => {
    const rules = [...readFileSync(`${folder}/smscrm.rules.yml`, "utf8").matchAll(/- alert: (\w+)/g)].map(
      ([, name]) => name,
    );
    expect(rules.length).toBeGreaterThan(4);
    const tests = readFileSync(`${folder}/smscrm.rules.test.yml`, "utf8").split(/- (?:\{ )?eval_time/);
    for (const name of rules) {
      const about = tests.filter((test) => test.includes(`alertname: ${name}`));
      expect(
        about.some((test) => test.includes("exp_alerts")),
        `${name} fires`,
      ).toBe(true);
      expect(
        about.some((test) => !test.includes("exp_alerts")),
        `${name} is quiet`,
      ).toBe(true);
    }
  });
});
