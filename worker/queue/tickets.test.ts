import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrateQueue } from "./migrate.ts";
import { openTicketQueue } from "./tickets.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
  await migrateQueue(fixture.url);
});
afterAll(() => fixture.close());

const CUTS = 150;

/** A queue with a worker that tells what it was given. */
function openQueue() {
  const queue = openTicketQueue({ DATABASE_URL: fixture.url });
  const worked = new Set<string>();
  const worker = queue.work({
    concurrency: 8,
    process: async ({ tenantId }) => void worked.add(tenantId),
    onError: () => {},
  });
  return { queue, worked, close: () => worker.close().then(() => queue.close()) };
}

/** All connections to this database but the fixture's own, as after `pg_terminate_backend` by hand or a fast restart. */
const cutConnections = () => fixture.sql`
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and application_name <> 'send tests'`;

// A client of node-postgres that is checked out and asked nothing has no listener for errors: an end of its connection
// ended the whole worker.
test("connections that end at any moment end neither the process nor the queue", async () => {
  const { queue, worked, close } = openQueue();
  for (let cut = 0; cut < CUTS; cut += 1) {
    const added = queue.add([{ tenantId: `tenant ${cut}`, jobIds: [] }]).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, (cut * 7) % 15));
    await cutConnections();
    await added;
  }
  await expect
    .poll(
      async () => {
        await queue.add([{ tenantId: "after all", jobIds: [] }]).catch(() => {});
        return worked.has("after all");
      },
      { timeout: 30_000, interval: 200 },
    )
    .toBe(true);
  await close();
});
