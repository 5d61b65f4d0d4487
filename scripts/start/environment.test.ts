import path from "node:path";
import { SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "@smscrm/core/process/environment";
import { describe, expect, it } from "vitest";
import { readSettings } from "./environment.ts";

const simulatorCredentials = { accountSid: SIMULATOR_ACCOUNT_SID, authToken: SIMULATOR_AUTH_TOKEN };

describe("the supervisor's environment", () => {
  it("has a default for everything", () => {
    expect(readSettings({})).toEqual({
      ok: true,
      settings: {
        ports: { PORT: 3000, WORKER_PORT: 3002, SIMULATOR_PORT: 4010, EMBEDDED_POSTGRES_PORT: 5433 },
        dataDir: path.resolve(".data"),
        embeddedPostgres: true,
        simulator: { ...simulatorCredentials, publicUrl: "http://127.0.0.1:3000" },
        runtime: "bun",
        consoleLevel: 40,
      },
    });
  });

  it("treats an empty variable as unset", () => {
    expect(readSettings({ DATABASE_URL: "", PORT: "" })).toMatchObject({
      ok: true,
      settings: { embeddedPostgres: true },
    });
  });

  it("names every fault at once", () => {
    const read = readSettings({ PORT: "http", RUNTIME: "deno" });
    expect(read).toMatchObject({
      ok: false,
      faults: [expect.stringMatching(/^PORT must/), expect.stringMatching(/^RUNTIME must/)],
    });
  });

  it("refuses the same port for two parts", () => {
    const read = readSettings({ PORT: "3002" });
    expect(read).toEqual({
      ok: false,
      faults: ["WORKER_PORT must be another port than PORT, which is 3002 too"],
    });
  });

  it("refuses to run a production system on embedded parts", () => {
    const read = readSettings({ NODE_ENV: "production", REDIS_URL: "redis://redis:6379" });
    expect(read).toEqual({
      ok: false,
      faults: [
        "DATABASE_URL must be set in production",
        "PUBLIC_URL must be set in production",
        "TWILIO_ACCOUNT_SID must be set in production",
      ],
    });
  });
});
