import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrateQueue } from "./migrate-queue.ts";
import { openTicketQueue } from "./tickets.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
  await migrateQueue(fixture.url);
});
afterAll(() => fixture.close());

const CUTS = 150;

/** Opens a queue with a worker that records its tickets and its errors. */
function openQueue(url = fixture.logins.DATABASE_WORKER_URL) {
  const queue = openTicketQueue({ DATABASE_URL: url });
  const worked = new Set<string>();
  const complaints: string[] = [];
  const worker = queue.work({
    concurrency: 8,
    process: async ({ tenantId }) => void worked.add(tenantId),
    onError: ({ message }) => complaints.push(message),
  });
  return { queue, worked, complaints, close: () => worker.close().then(() => queue.close()) };
}

/** Cuts all connections to this database but the fixture's own, like `pg_terminate_backend` or a fast restart. */
const cutConnections = () => fixture.owner`
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and application_name not like 'send tests%'`;

// A checked-out client of node-postgres has no error listener while it runs no query. So a lost connection ended the
// whole worker.
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

/** Starts a proxy before the database that ends every connection at once, until it is opened. */
async function openGate() {
  const { hostname: host, port } = new URL(fixture.url);
  const sockets = new Set<Socket>();
  let open = false;
  const gate = createServer((socket) => {
    const onward = open ? connect({ host, port: Number(port || 5432) }) : socket.destroy();
    for (const each of [socket, onward]) {
      sockets.add(each);
      each.on("error", () => {}).on("close", () => [socket, onward].forEach((half) => void half.destroy()));
    }
    if (onward !== socket) socket.pipe(onward).pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(gate, "listening");
  const url = new URL(fixture.logins.DATABASE_WORKER_URL);
  url.host = `127.0.0.1:${(gate.address() as AddressInfo).port}`;
  return {
    url: url.href,
    open: () => {
      open = true;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      gate.close();
    },
  };
}

// BullMQ on PostgreSQL keeps the failure of its first connection. A worker that lost its database during its start
// never got its queue back, and logged 25,000 lines a second about it.
test("a worker waits quietly for a database that is away at the start, and the queue comes back", async () => {
  const gate = await openGate();
  const { queue, worked, complaints, close } = openQueue(gate.url);
  const refusals = [];
  for (let ask = 0; ask < 10; ask += 1) {
    refusals.push(await queue.depth().catch((error: Error) => error));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(refusals.every((each) => each instanceof Error)).toBe(true);
  expect(complaints.length).toBeLessThan(100);
  gate.open();
  await expect
    .poll(
      async () => {
        await queue.add([{ tenantId: "at last", jobIds: [] }]).catch(() => {});
        return worked.has("at last");
      },
      { timeout: 30_000, interval: 200 },
    )
    .toBe(true);
  await close();
  gate.close();
});

test("a queue whose database never came can be closed", async () => {
  const gate = await openGate();
  const { queue, close } = openQueue(gate.url);
  await queue.depth().catch(() => {});
  await close();
  gate.close();
});
