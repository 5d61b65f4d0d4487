import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";

const folder = import.meta.dirname;
const has = (program: string) => spawnSync(program, ["--version"]).status === 0;
/**
 * Debian's packages `prometheus` and `prometheus-alertmanager`. CI installs them, so there the test fails without
 * them.
 */
const here = (has("promtool") && has("amtool")) || Boolean(process.env.CI);

const run = (program: string, ...words: string[]) =>
  execFileSync(program, words, { cwd: folder, encoding: "utf8", timeout: 60_000, stdio: "pipe" });

describe("Prometheus's rules", () => {
  it.runIf(here)("fire and clear as their own tests say", () => {
    expect(run("promtool", "test", "rules", "smscrm.rules.test.yml")).toMatch(/SUCCESS/);
  });

  it.runIf(here)("are part of a configuration that Prometheus and Alertmanager accept", () => {
    // The secret is copied too, because the tool checks that the file exists.
    const checked = mkdtempSync(path.join(tmpdir(), "smscrm-prometheus-"));
    cpSync(folder, checked, { recursive: true });
    const token = path.join(checked, "metrics_token");
    writeFileSync(token, "a token");
    const config = path.join(checked, "prometheus.yml");
    const text = readFileSync(config, "utf8");
    expect(text).toContain("/run/secrets/metrics_token");
    writeFileSync(config, text.replaceAll("/run/secrets/metrics_token", token));
    expect(run("promtool", "check", "config", config)).toMatch(/SUCCESS/);
    rmSync(checked, { recursive: true });
    expect(run("amtool", "check-config", "alertmanager.yml")).toMatch(/SUCCESS/);
  });

  it("each have a test in which the rule fires, and one in which it does not", () => {
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
