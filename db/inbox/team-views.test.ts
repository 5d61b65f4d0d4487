import { afterAll, beforeAll, expect, test } from "vitest";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { countInbox, listConversations } from "./inbox.ts";

const CONVERSATIONS = 5_000;

let fixture: SendFixture;
let member: { tenantId: string; userId: string };
beforeAll(async () => {
  fixture = await openSendFixture();
  const [user] = await fixture.owner<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', 'ann@example.com', 'x') returning id`;
  const tenantId = await fixture.tenant();
  member = { tenantId, userId: user!.id };
  await fixture.owner`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${user!.id}, 'owner')`;
  await fixture.owner`
    insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, kind)
    select ${tenantId}, 'SM' || lpad(n::text, 32, '0'), '+614' || lpad(n::text, 8, '0'), '+61480001000', 'Hello?', 'none'
    from generate_series(1, ${CONVERSATIONS}) n`;
  // All but a few are done. Ann takes care of one of these, and took care of all that are done.
  await fixture.owner`update inbound_messages set read_at = now()`;
  await fixture.owner`
    update conversations set closed_up_to = case when right(phone_e164, 3) = '000' then null else last_inbound_id end,
      assignee_id = case when right(phone_e164, 4) = '2000' or right(phone_e164, 3) <> '000' then ${user!.id}::uuid end`;
  await fixture.owner`vacuum analyze conversations`;
}, 120_000);
afterAll(() => fixture.close());

test("open conversations and mine are found without reading the closed ones", async () => {
  await fixture.database.asTenant(member.tenantId, async (tx) => {
    const page = { cursor: null, limit: 50 };
    const open = await listConversations(tx, member, { view: "open", ...page });
    expect(open.items).toHaveLength(Math.min(50, CONVERSATIONS / 1_000));
    const mine = await listConversations(tx, member, { view: "mine", ...page });
    expect(mine.items).toMatchObject([{ phone: "+61400002000", assignee: { name: "Ann" } }]);
    expect(await countInbox(tx, member)).toMatchObject({
      open: CONVERSATIONS / 1_000,
      mine: 1,
      unread: CONVERSATIONS / 1_000,
    });
    // Otherwise the server publishes its statistics only some seconds later.
    await tx.execute("select pg_stat_force_next_flush()");
  });
  const used = async () => {
    const rows = await fixture.owner<{ name: string; scans: number }[]>`
      select indexrelname as name, idx_scan::int as scans from pg_stat_user_indexes where relname = 'conversations'`;
    return new Map(rows.map(({ name, scans }) => [name, scans]));
  };
  const ofOpen = (scans: Map<string, number>) =>
    scans.get("conversations_open")! + scans.get("conversations_assigned")!;
  await expect.poll(async () => ofOpen(await used())).toBeGreaterThan(2);
  // Those that hold closed ones, too.
  const scans = await used();
  expect(["conversations_by_assignee", "conversations_newest"].map((name) => scans.get(name))).toEqual([
    0, 0,
  ]);
});
