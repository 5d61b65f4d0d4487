import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runScript } from "./run-script.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
  await fixture.owner`insert into drizzle.__drizzle_migrations (hash, created_at) values ('of a later version', 9999999999999)`;
});
afterAll(() => fixture.close());

test.each(["server/main.ts", "worker/main.ts", "db/migrate.ts"])(
  "%s refuses in one sentence a database that a newer version has migrated",
  async (file) => {
    const env = { DATABASE_URL: fixture.url, ...fixture.logins, PORT: "0", WORKER_PORT: "0" };
    const { code, output } = await runScript(["node_modules/.bin/bun", file], { env });
    expect(output.trim()).toMatch(
      /^The database is newer than this version of the program \(\d+ migrations against \d+\): .*\.$/,
    );
    expect(code).toBe(1);
  },
  60_000,
);
