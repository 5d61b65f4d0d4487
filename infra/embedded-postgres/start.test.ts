import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ask, newPlace, start, startElsewhere } from "./fixtures/test-server.ts";
import { identityOf, waitUntilGone } from "./process-identity.ts";

describe("starting and stopping", () => {
  it("creates the database on the first start, on loopback, durable", async () => {
    const place = await newPlace();
    const server = await start(place);
    expect(server).toMatchObject({
      url: `postgres://smscrm:smscrm@127.0.0.1:${place.port}/smscrm`,
      adopted: false,
    });
    const names = ["fsync", "synchronous_commit", "full_page_writes", "listen_addresses", "server_encoding"];
    const rows = await ask<{ v: string }>(
      server.url,
      `select current_setting(n) as v from unnest(array['${names.join("','")}']) n`,
    );
    expect(rows.map(({ v }) => v)).toEqual(["on", "on", "on", "127.0.0.1", "UTF8"]);
  });

  it("asks for the password", async () => {
    const server = await start(await newPlace());
    await expect(ask(server.url.replace(":smscrm@", ":wrong@"), "select 1")).rejects.toMatchObject({
      code: "28P01",
    });
  });

  it("keeps its rows over a restart", async () => {
    const place = await newPlace();
    const first = await start(place);
    await ask(first.url, "create table kept as select 7 as seven");
    await first.stop();
    const second = await start(place);
    expect(await ask(second.url, "select seven from kept")).toEqual([{ seven: 7 }]);
  });

  it("reports when its server is gone", async () => {
    const server = await start(await newPlace());
    process.kill(server.pid, "SIGKILL");
    await server.exited;
  });

  it("lets two servers run side by side", async () => {
    const servers = [await start(await newPlace()), await start(await newPlace())];
    for (const { url } of servers) expect(await ask(url, "select 1 as one")).toEqual([{ one: 1 }]);
  });
});

describe("after a kill", () => {
  it("starts again after the server itself was killed, with every committed row", async () => {
    const place = await newPlace();
    const first = await start(place);
    await ask(first.url, "create table kept as select 7 as seven");
    process.kill(first.pid, "SIGKILL");
    expect(await waitUntilGone(identityOf(first.pid), 5_000)).toBe(true);
    await first.stop();
    const second = await start(place);
    expect(await ask(second.url, "select seven from kept")).toEqual([{ seven: 7 }]);
  });

  it("stops the server when the program that started it is killed", async () => {
    const { program, said } = await startElsewhere(await newPlace());
    const server = identityOf(said.pid!);
    program.kill("SIGKILL");
    expect(await waitUntilGone(server, 10_000)).toBe(true);
  });

  it("starts at once after the program that started it was killed", async () => {
    const place = await newPlace();
    const { program } = await startElsewhere(place);
    const gone = once(program, "exit");
    program.kill("SIGKILL");
    await gone;
    const server = await start(place);
    expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("takes over a server that an earlier run left", async () => {
    const place = await newPlace();
    const first = await start(place);
    forgetLock(place.dataDir);
    const second = await start(place);
    expect(second).toMatchObject({ adopted: true, pid: first.pid });
    await second.stop();
    await first.exited;
  });

  it("stops a left server that is on another port, and starts on the wanted one", async () => {
    const place = await newPlace();
    const first = await start(place);
    forgetLock(place.dataDir);
    const { port } = await newPlace();
    const second = await start(place, { port });
    expect(second.adopted).toBe(false);
    expect(await ask(second.url, "show port")).toEqual([{ port: String(port) }]);
    await first.exited;
  });

  it("is not stopped by a pid file that names another living process", async () => {
    const place = await newPlace();
    await (await start(place)).stop();
    const stale = `${process.pid}\n${place.dataDir}\n1700000000\n${place.port}\n\n127.0.0.1\n1 1\nready\n`;
    writeFileSync(path.join(place.dataDir, "postmaster.pid"), stale);
    const server = await start(place);
    expect(server.adopted).toBe(false);
    expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("is not stopped by a pid file that names a process that is gone", async () => {
    const place = await newPlace();
    await (await start(place)).stop();
    const stale = `4194000\n${place.dataDir}\n1700000000\n${place.port}\n\n127.0.0.1\n1 1\nready\n`;
    writeFileSync(path.join(place.dataDir, "postmaster.pid"), stale);
    expect((await start(place)).adopted).toBe(false);
  });

  it("repeats a half-done preparation and leaves nothing of it", async () => {
    const place = await newPlace();
    const half = `${place.dataDir}.unfinished-4194000/data`;
    mkdirSync(half, { recursive: true });
    writeFileSync(path.join(half, "PG_VERSION"), "15\n");
    const server = await start(place);
    expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    const beside = readdirSync(path.dirname(place.dataDir)).sort();
    expect(beside).toEqual(["postgres", "postgres.lock", "postgres.start.log"]);
  });
});

describe("two at once", () => {
  it("tells the second start on the same data folder which process holds it", async () => {
    const place = await newPlace();
    const results = await Promise.allSettled([start(place), start(place)]);
    const refused = results.filter((each) => each.status === "rejected");
    expect(refused).toHaveLength(1);
    expect(refused[0]!.reason).toMatchObject({
      code: "in-use",
      message: expect.stringContaining(`already in use by process ${process.pid}`),
    });
  });
});

describe("privacy", () => {
  it("keeps rows and statements out of its log", async () => {
    const place = await newPlace();
    const server = await start(place);
    await ask(server.url, "create table phones (phone text unique)");
    const insert = "insert into phones values ('+61491570156')";
    await ask(server.url, insert);
    await expect(ask(server.url, insert)).rejects.toMatchObject({ code: "23505" });
    const folder = path.join(place.dataDir, "log");
    const text = () =>
      readdirSync(folder)
        .map((name) => readFileSync(path.join(folder, name), "utf8"))
        .join("");
    // PostgreSQL's log collector is a separate process: the client gets its answer before the line is in the file.
    await expect.poll(text, { timeout: 10_000 }).toContain("duplicate key value");
    expect(text()).not.toContain("491570156");
  });

  it("hides the data folder from other users", async () => {
    const place = await newPlace();
    await start(place);
    expect(statSync(place.dataDir).mode & 0o077).toBe(0);
    expect(existsSync(path.join(place.dataDir, "password"))).toBe(false);
  });
});

/** Writes a lock of a dead process, as the next start sees it after this process was killed. */
function forgetLock(dataDir: string): void {
  writeFileSync(`${dataDir}.lock`, JSON.stringify({ pid: 4194000, startTicks: 1 }));
}

describe("a port in use", () => {
  it("names the port, its holder and the variable that moves it", async () => {
    const place = await newPlace();
    const other = createServer().listen(place.port, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    await expect(start(place)).rejects.toMatchObject({
      code: "port-in-use",
      message: expect.stringMatching(
        new RegExp(`Port ${place.port}.*process ${process.pid}.*EMBEDDED_POSTGRES_PORT`),
      ),
    });
    expect(existsSync(place.dataDir)).toBe(false);
  });
});
