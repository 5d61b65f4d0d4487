import { randomUUID } from "node:crypto";
import { PLATFORM_ROLES } from "@smscrm/core/platform/roles";
import { ROLES, type Role } from "@smscrm/core/process/roles";
import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import {
  addContacts,
  createPlatform,
  createTenant,
  DRAFT,
  startTestServer,
  type TestServer,
} from "@smscrm/server/testing/test-api";

/** In every text of the idle tenant, and in no input: an answer that has it tells somebody of another tenant. */
const FOREIGN_MARK = "zweigstelle";

export interface Caller {
  /** As faults name them. */
  name: string;
  /** Null: nobody is signed in. */
  member: { role: Role; isPlatform: boolean } | null;
  cookie: string;
}

export interface World {
  server: TestServer;
  /** Who calls: a session of each role of the busy tenant, the platform's members, and somebody without one. */
  callers: Caller[];
  /** What calls are made of: the busy tenant's ids and texts, and the idle one's. */
  own: string[];
  foreign: string[];
  /** Texts and numbers of the idle tenant that no call sends. */
  secrets: string[];
  /** The ids of the two: a platform's member may change any organisation, so their calls name the busy one. */
  tenants: { busy: string; idle: string };
  /** Opens every session again and puts roles back: calls may end and change them. */
  repair(): Promise<void>;
  /** A checksum of each table's rows that are the idle tenant's. */
  idleRows(): Promise<Record<string, string>>;
  /** The actions that the idle tenant's log had since the world was built. */
  idleLog(): Promise<string[]>;
  close(): Promise<void>;
}

/** Two organisations with contacts, campaigns, conversations and files. Nobody of the second one ever calls. */
export async function buildWorld(): Promise<World> {
  const server = await startTestServer();
  const busy = await fill(server, "acme", "acme", "+6149157", "+61480001000");
  const idle = await fill(server, "beta", FOREIGN_MARK, "+6149899", "+61480002000");
  const platformId = await createPlatform(server.sql, PLATFORM_ROLES);
  await server.sql`
    insert into totp_factors (user_id, secret, confirmed_at)
    select user_id, '\\x00', clock_timestamp() from memberships where tenant_id = ${platformId}`;
  const tokens = [
    ...ROLES.map((role) => ({ role, of: "acme", tenantId: busy.tenantId, token: newToken() })),
    ...PLATFORM_ROLES.map((role) => ({ role, of: "platform", tenantId: platformId, token: newToken() })),
  ];
  const repair = async () => {
    await server.sql`
      update tenants set second_factor_policy = 'optional', closed_at = null, closed_reason = null, suspended_at = null,
        suspended_reason = null, sending_hours_limit = null, daily_budget_limit_cents = null,
        monthly_budget_limit_cents = null, segments_per_second_limit = null, sending_numbers_limit = null
      where id = ${busy.tenantId}`;
    await server.sql`delete from sign_in_throttle`;
    for (const { role, of, tenantId, token } of tokens) {
      const email = `${role}@${of}.example.com`;
      await server.sql`
        insert into memberships (tenant_id, user_id, role)
        select ${tenantId}, id, ${role} from users where email = ${email}
        on conflict (tenant_id, user_id) do update set role = excluded.role, expires_at = null`;
      await server.sql`
        insert into sessions (token_hash, user_id, tenant_id, expires_at, proven_at)
        select ${hashToken(token)}, id, ${tenantId}, now() + interval '1 day', clock_timestamp()
        from users where email = ${email}
        on conflict (token_hash) do update set expires_at = excluded.expires_at, proven_at = excluded.proven_at`;
    }
  };
  await repair();
  const tables = await server.sql<{ name: string }[]>`
    select c.table_name as name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.column_name = 'tenant_id' and c.table_schema = 'public' and t.table_type = 'BASE TABLE' order by 1`;
  const idleRows = async () => {
    const rows: Record<string, string> = {};
    for (const { name } of tables) {
      const [sum] = await server.sql<{ sum: string }[]>`
        select coalesce(md5(string_agg(each::text, '|' order by each::text)), '') as sum
        from ${server.sql(name)} each where tenant_id = ${idle.tenantId}`;
      rows[name] = sum!.sum;
    }
    const [people] = await server.sql<{ sum: string }[]>`
      select md5(string_agg(each::text, '|' order by id)) as sum from users each where email like ${"%@beta.%"}`;
    return { ...rows, users: people!.sum };
  };
  // Who tries to sign in as a member of the idle tenant is written into its log, as it should be.
  const idleLog = async () => {
    const rows = await server.sql<{ action: string }[]>`
      select distinct action from audit_log where tenant_id = ${idle.tenantId} and created_at > ${idle.filledAt}
      order by action`;
    return rows.map(({ action }) => action);
  };
  return {
    server,
    idleLog,
    callers: [
      ...tokens.map(({ role, of, token }) => ({
        name: of === "acme" ? role : `${role} of the platform`,
        member: { role, isPlatform: of === "platform" },
        cookie: `${busy.cookieName}=${token}`,
      })),
      { name: "nobody", member: null, cookie: "" },
    ],
    own: busy.values,
    foreign: idle.values,
    tenants: { busy: busy.tenantId, idle: idle.tenantId },
    secrets: [FOREIGN_MARK, ...idle.hidden],
    repair,
    idleRows,
    close: () => server.close(),
  };
}

async function fill(server: TestServer, name: string, mark: string, prefix: string, number: string) {
  const tenantId = await createTenant(server.sql, name, ROLES);
  const owner = await server.signIn(`owner@${name}.example.com`);
  const phones = Array.from({ length: 5 }, (_, nth) => `${prefix}${String(7_000 + nth)}`);
  const contacts = await addContacts(server.sql, tenantId, phones);
  await server.sql`update contacts set last_name = ${mark} where tenant_id = ${tenantId}`;
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, ${number}, 'AU', 1000, 1000)`;
  const draft = await owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, name: `${mark} draft` });
  const launched = await owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, name: `${mark} sale` });
  await owner.mutate("campaigns.launch", { id: launched.data.id });
  await owner.mutate("doNotContact.add", { phone: phones[4], note: `${mark} asked` });
  const message = {
    messageSid: `SM${randomUUID().replaceAll("-", "")}`,
    ...{ from: phones[0]!, to: number, body: `${mark} says hello`, optOutType: null, payload: {} },
  };
  await ingestInbound(server.sql, message);
  const reply = { id: randomUUID(), phone: phones[0], body: `${mark} answers` };
  await owner.mutate("inbox.reply", reply);
  const upload = await server.app.request(`/uploads/imports?fileName=${mark}.csv`, {
    method: "POST",
    headers: { cookie: owner.cookie, "content-type": "text/csv" },
    body: `phone,first name\n${phones[1]},${mark}\nno number,${mark}\n`,
  });
  const uploaded = JSON.stringify(await upload.json());
  if (upload.status >= 300) throw new Error(`The file was not taken: ${upload.status} ${uploaded}`);
  const ids = [...uploaded.matchAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)].map(([id]) => id);
  const jobs = await server.sql<
    { id: string }[]
  >`select id::text from send_jobs where tenant_id = ${tenantId}`;
  const people = await server.sql<{ id: string }[]>`
    select user_id::text as id from memberships where tenant_id = ${tenantId}`;
  const values = [
    tenantId,
    ...contacts,
    ...phones.slice(0, 2),
    draft.data.id,
    launched.data.id,
    reply.id,
    ...ids,
    ...[...jobs, ...people].map(({ id }) => id),
    ...ROLES.map((role) => `${role}@${name}.example.com`),
  ];
  const [now] = await server.sql<{ now: Date }[]>`select clock_timestamp() as now`;
  return {
    tenantId,
    filledAt: now!.now,
    values,
    hidden: [...phones.slice(2), number],
    cookieName: owner.cookie.split("=")[0]!,
  };
}
