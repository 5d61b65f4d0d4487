import path from "node:path";
import { describe, expect, it } from "vitest";
import { readSettings } from "./environment.ts";

describe("the supervisor's environment", () => {
  it("has a default for everything", () => {
    expect(readSettings({})).toEqual({
      ok: true,
      settings: {
        ports: { PORT: 3000, WORKER_PORT: 3002, SIMULATOR_PORT: 4010, EMBEDDED_POSTGRES_PORT: 5433 },
        dataDir: path.resolve(".data"),
        embeddedPostgres: true,
        simulator: true,
        runtime: "bun",
        consoleLevel: 40,
      },
    });
  });

  it("takes an empty variable as unset", () => {
    expect(readSettings({ DATABASE_URL: "", PORT: "" })).toMatchObject({
      ok: true,
      settings: { embeddedPostgres: true },
    });
  });

  it("tells every fault at once", () => {
    const read = readSettings({ PORT: "http", RUNTIME: "deno" });
    expect(read).toMatchObject({
      ok: false,
      faults: [expect.stringMatching(/^PORT: /), expect.stringMatching(/^RUNTIME: /)],
    });
  });

  it("refuses one port for two parts", () => {
    const read = readSettings({ PORT: "3002" });
    expect(read).toEqual({
      ok: false,
      faults: ["WORKER_PORT: 3002 is also PORT; each needs a port of its own"],
    });
  });

  it("refuses to run a production system on embedded parts", () => {
    const read = readSettings({ NODE_ENV: "production", REDIS_URL: "redis://redis:6379" });
    expect(read).toEqual({
      ok: false,
      faults: [
        "DATABASE_URL: must be set when NODE_ENV is production",
        "TWILIO_ACCOUNT_SID: must be set when NODE_ENV is production",
      ],
    });
  });
});
