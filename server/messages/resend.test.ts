import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addContacts, createTenant, FICTION, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
let messageId: string;
const attemptId = randomUUID();

beforeAll(async () => {
  server = await startTestServer();
  const tenantId = await createTenant(server.sql, "acme", ["operator", "viewer"]);
  await createTenant(server.sql, "other", ["owner"]);
  const [contactId] = await addContacts(server.sql, tenantId, [FICTION[0]]);
  const [job] = await server.sql<{ id: string }[]>`
    with campaign as (
      insert into campaigns (tenant_id, name, body, audience, status, launched_at)
      values (${tenantId}, 'Sale', 'Hi', '{"kind":"all"}', 'running', now()) returning id
    ) insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country, status, attempts, last_attempt_id)
    select ${tenantId}, id, ${contactId!}, ${FICTION[0]}, 'AU', 'unknown', 1, ${attemptId} from campaign returning id`;
  messageId = job!.id;
});
afterAll(() => server.close());

const status = async () =>
  (await server.sql`select status from send_jobs where id = ${messageId}`)[0]!.status;

it("a member sends a message of unknown outcome again, once, and the audit log has the reason", async () => {
  const viewer = await server.signIn("viewer@acme.example.com");
  const operator = await server.signIn("operator@acme.example.com");
  const stranger = await server.signIn("owner@other.example.com");
  const ask = { id: messageId, reason: "The customer says that nothing came" };
  expect(await viewer.mutate("messages.resend", ask)).toMatchObject({ code: "FORBIDDEN" });
  expect(await stranger.mutate("messages.resend", ask)).toMatchObject({ code: "NOT_FOUND" });
  expect(await operator.mutate("messages.resend", { id: messageId, reason: " " })).toMatchObject({
    status: 400,
  });
  expect(await status()).toBe("unknown");

  expect(await operator.mutate("messages.resend", ask)).toMatchObject({ status: 200 });
  expect(await status()).toBe("queued");
  const again = await operator.mutate("messages.resend", ask);
  expect(again).toMatchObject({ code: "CONFLICT" });
  expect(again.message).toMatch(/already known/);
  const audit = await server.sql`
    select action, object_id as "objectId", detail, actor_id is not null as "byPerson" from audit_log where action = 'message.resend'`;
  expect(audit).toEqual([
    {
      action: "message.resend",
      objectId: messageId,
      byPerson: true,
      detail: { reason: ask.reason, attemptId, attempt: 1 },
    },
  ]);
});

it("in a campaign that has ended it is refused, with what to do instead", async () => {
  const operator = await server.signIn("operator@acme.example.com");
  await server.sql`update send_jobs set status = 'unknown' where id = ${messageId}`;
  await server.sql`update campaigns set status = 'canceled'`;
  const refused = await operator.mutate("messages.resend", { id: messageId, reason: "Once more" });
  expect(refused).toMatchObject({ code: "PRECONDITION_FAILED" });
  expect(refused.message).toMatch(/new campaign/);
});
