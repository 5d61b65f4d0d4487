import { describe, expect, it } from "vitest";
import { startFault } from "./start-fault.ts";

const env = { DATABASE_URL: "postgres://smscrm:secret@db.example.com:6432/smscrm", PORT: 3000 };
const withCode = (code: string) => Object.assign(new Error("whatever it says"), { code });

describe("a start that fails", () => {
  it.each([
    ["ECONNREFUSED", /^PostgreSQL is not reachable at db\.example\.com:6432: start it/],
    ["CONNECT_TIMEOUT", /^PostgreSQL is not reachable/],
    ["EAI_AGAIN", /^PostgreSQL is not reachable/],
    ["ENETUNREACH", /^PostgreSQL is not reachable/],
    ["53300", /^The API could not start: (whatever it says|outer|$)/],
    ["28P01", /refuses the API's login or its password: .* run pnpm migrate/],
    ["42501", /may not use the database at db\.example\.com:6432: run pnpm migrate/],
    ["3D000", /has no database smscrm/],
    ["42P01", /run pnpm migrate/],
    ["EADDRINUSE", /^Port 3000 is in use/],
  ])("says in one sentence what to do: %s", (code, sentence) => {
    const nested = new Error("outer", { cause: withCode(code) });
    for (const error of [withCode(code), nested, new AggregateError([withCode(code)])]) {
      expect(startFault(error, env)).toMatch(sentence);
      expect(startFault(error, env)).not.toContain("secret");
    }
  });
});
