import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { identityOf, isAlive, waitUntilGone } from "@smscrm/infra/embedded-postgres/process-identity";
import { describe, expect, it, onTestFinished } from "vitest";
import { newPlace, pidAt, run } from "./fixtures/supervised-run.ts";

describe("start and stop", () => {
  it("starts the parts, prints their addresses, and stops them in order with code 0", async () => {
    const place = await newPlace();
    const product = run(place);
    const said = await product.says(/Ready after .*Ctrl-C/s);
    expect(said).toContain(`http://localhost:${place.ports.api}`);
    expect(said).toContain(`http://localhost:${place.ports.simulator}`);
    const pids = await Promise.all(Object.values(place.ports).map(pidAt));
    product.program.kill("SIGINT");
    expect(await product.exitCode).toBe(0);
    const order = [...product.output().matchAll(/(\w+) was asked to end/g)].map(([, name]) => name);
    expect(order).toEqual(["worker", "api", "simulator"]);
    expect(pids.filter((pid) => isAlive(identityOf(pid!)))).toEqual([]);
    expect(readdirSync(place.dataDir)).toEqual(["logs"]);
  });

  it("shows warnings and keeps the rest in the part's log", async () => {
    const place = await newPlace();
    const product = run(place);
    await product.says(/Ready after/);
    expect(product.output()).not.toContain("api listens");
    expect(readFileSync(path.join(place.dataDir, "logs", "api.log"), "utf8")).toContain("api listens");
    product.program.kill("SIGTERM");
    expect(await product.exitCode).toBe(0);
  });

  it("lets a second copy run beside the first", async () => {
    const runs = [run(await newPlace()), run(await newPlace())];
    for (const each of runs) await each.says(/Ready after/);
    for (const each of runs) each.program.kill("SIGTERM");
    expect(await Promise.all(runs.map((each) => each.exitCode))).toEqual([0, 0]);
  });
});

describe("a fault is reported in one sentence", () => {
  it("a port in use: its holder and the variable that moves it, before anything starts", async () => {
    const place = await newPlace();
    const other = createServer().listen(place.ports.worker, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const product = run(place);
    expect(await product.exitCode).toBe(1);
    expect(product.output()).toMatch(
      new RegExp(`Port ${place.ports.worker}, meant for the worker, .*process ${process.pid} .*WORKER_PORT`),
    );
    expect(product.output()).not.toContain("Starting");
  });

  it("a part that can't start: its last lines and its log, and the others are stopped", async () => {
    const place = await newPlace();
    const product = run(place, ["broken"]);
    expect(await product.exitCode).toBe(1);
    expect(product.output()).toMatch(/error worker cannot read its settings/);
    expect(product.output()).toMatch(
      /The worker stopped while starting \(exit code 3\): its log is .*worker\.log/,
    );
    expect(await pidAt(place.ports.simulator)).toBe(null);
  });

  it("a second start on the same DATA_DIR", async () => {
    const place = await newPlace();
    const first = run(place);
    await first.says(/Ready after/);
    const second = run(place);
    expect(await second.exitCode).toBe(1);
    expect(second.output()).toContain(`(process ${first.program.pid}). Stop it first, or set DATA_DIR`);
    first.program.kill("SIGTERM");
    expect(await first.exitCode).toBe(0);
  });
});

describe("crashes and kills", () => {
  it("restarts a crashed part and shows its last lines", async () => {
    const place = await newPlace();
    const product = run(place);
    await product.says(/Ready after/);
    const before = await pidAt(place.ports.api);
    await fetch(`http://127.0.0.1:${place.ports.api}/crash`).catch(() => {});
    const said = await product.says(/The api is back/);
    expect(said).toMatch(/api met something unexpected[\s\S]*The api crashed \(exit code 9\)/);
    expect(await pidAt(place.ports.api)).not.toBe(before);
    product.program.kill("SIGTERM");
    expect(await product.exitCode).toBe(0);
  });

  it("leaves nothing running when it is killed, and starts again at once", async () => {
    const place = await newPlace();
    const first = run(place, ["postgres"]);
    await first.says(/Ready after/);
    const pids = await Promise.all(Object.values(place.ports).map(pidAt));
    first.program.kill("SIGKILL");
    await first.exitCode;
    const second = run(place, ["postgres"]);
    await second.says(/Ready after/);
    expect(pids.filter((pid) => isAlive(identityOf(pid!)))).toEqual([]);
    second.program.kill("SIGTERM");
    expect(await second.exitCode).toBe(0);
  });

  it("stops the parts that an earlier run left, but never another program with the same pid", async () => {
    const place = await newPlace();
    const first = run(place);
    await first.says(/Ready after/);
    const left = identityOf((await pidAt(place.ports.api))!);
    const stranger = { pid: process.pid, startTicks: 1 };
    const record = { address: "", launchers: [], parts: { api: left, worker: stranger } };
    const other = await newPlace();
    writeFileSync(path.join(other.dataDir, "run.json"), JSON.stringify(record));
    const second = run(other);
    const said = await second.says(/Ready after/);
    expect(said).toContain(`Stopping the api that an earlier run left (process ${left.pid})`);
    expect(said).not.toContain(`process ${process.pid}`);
    expect(await waitUntilGone(left, 1_000)).toBe(true);
    for (const each of [first, second]) each.program.kill("SIGTERM");
    expect(await Promise.all([first.exitCode, second.exitCode])).toEqual([0, 0]);
  });

  it("stops everything when PostgreSQL is lost", async () => {
    const place = await newPlace();
    const product = run(place, ["postgres"]);
    await product.says(/Ready after/);
    const pid = Number(
      readFileSync(path.join(place.dataDir, "postgres", "postmaster.pid"), "utf8").split("\n")[0],
    );
    process.kill(pid, "SIGKILL");
    expect(await product.exitCode).toBe(1);
    expect(product.output()).toContain("PostgreSQL ended unexpectedly");
    expect(await pidAt(place.ports.worker)).toBe(null);
  });

  it("stops when the npx or pnpm that started it is killed", async () => {
    const place = await newPlace();
    const shim = path.join(place.dataDir, "pnpm");
    writeFileSync(shim, `#!/bin/sh\n"$@"\n:\n`, { mode: 0o755 });
    const product = run(place, [], [shim]);
    await product.says(/Ready after/);
    const api = identityOf((await pidAt(place.ports.api))!);
    product.program.kill("SIGKILL");
    await product.says(/The command that started this has ended/);
    expect(await waitUntilGone(api, 20_000)).toBe(true);
  });

  it("stops also if it was killed before everything was up", async () => {
    const place = await newPlace();
    const shim = path.join(place.dataDir, "pnpm");
    writeFileSync(shim, `#!/bin/sh\n"$@"\n:\n`, { mode: 0o755 });
    const product = run(place, [], [shim]);
    await product.says(/Starting/);
    product.program.kill("SIGKILL");
    await product.says(/The command that started this has ended/);
    await product.says(/Stopping the simulator/);
  });

  it("continues when only the shell that put it in the background ends", async () => {
    const place = await newPlace();
    const product = run(
      place,
      [],
      ["sh", "-c", 'echo "npx -y pnpm start" > /dev/null; "$@" & exec sleep 600', "sh"],
    );
    await product.says(/Ready after/);
    const { launchers } = JSON.parse(readFileSync(path.join(place.dataDir, "run.json"), "utf8"));
    expect(launchers).toEqual([]);
    process.kill(JSON.parse(readFileSync(path.join(place.dataDir, "run.lock"), "utf8")).pid, "SIGTERM");
    await product.says(/Stopping the simulator/);
  });
});
