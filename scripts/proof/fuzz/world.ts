import { randomUUID } from "node:crypto";
import { PLATFORM_ROLES } from "@smscrm/core/platform/roles";
import { type Action, CUSTOM_ACTIONS, fixedRole, type MemberRole, ROLES } from "@smscrm/core/process/roles";
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
  member: (MemberRole & { isPlatform: boolean }) | null;
  cookie: string;
}

export interface World {
  server: TestServer;
  /** Who calls: a session of each role of the busy tenant, custom ones too, the platform's members, and somebody without one. */
  callers: Caller[];
  /** What calls are made of: the busy tenant's ids and texts, and the idle one's. */
  own: string[];
  foreign: string[];
  /** Texts and numbers of the idle tenant that no call sends. */
  secrets: string[];
  /** Numbers of people, which a role without `phoneNumbers.read` gets masked. */
  numbers: string[];
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
  const { tenantId } = busy;
  const members = [
    ...ROLES.map((role) => ({ ...{ name: role as string, of: "acme", tenantId }, member: fixedRole(role) })),
    ...Object.entries(CUSTOM).map(([name, actions]) => ({
      ...{ name, of: "acme", tenantId },
      member: { role: "viewer" as const, customRole: { id: randomUUID(), name, actions } },
    })),
    ...PLATFORM_ROLES.map((role) => ({
      ...{ name: role as string, of: "platform", tenantId: platformId },
      member: fixedRole(role),
    })),
  ].map((each) => ({ ...each, token: newToken() }));
  for (const { name, member } of members.filter((each) => each.member.customRole))
    await server.sql`insert into users (email, name, password_hash)
      select ${`${name}@acme.example.com`}, ${`acme ${member.customRole!.name}`}, password_hash
      from users where email = 'owner@acme.example.com'`;
  const repair = async () => {
    await server.sql`
      update tenants set second_factor_policy = 'optional', closed_at = null, closed_reason = null, suspended_at = null,
        suspended_reason = null, sending_hours_limit = null, daily_budget_limit_cents = null,
        monthly_budget_limit_cents = null, segments_per_second_limit = null, sending_numbers_limit = null
      where id = ${busy.tenantId}`;
    await server.sql`delete from sign_in_throttle`;
    for (const { name, of, tenantId, member, token } of members) {
      const email = `${name}@${of}.example.com`;
      const { role, customRole } = member;
      if (customRole)
        await server.sql`
          insert into custom_roles (tenant_id, id, name, actions)
          values (${tenantId}, ${customRole.id}, ${name}, ${[...customRole.actions]})
          on conflict (tenant_id, id) do update set name = excluded.name, actions = excluded.actions`;
      await server.sql`
        insert into memberships (tenant_id, user_id, role, custom_role_id)
        select ${tenantId}, id, ${role}, ${customRole?.id ?? null} from users where email = ${email}
        on conflict (tenant_id, user_id) do update set role = excluded.role,
          custom_role_id = excluded.custom_role_id, expires_at = null`;
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
      ...members.map(({ name, of, member, token }) => ({
        name: of === "acme" ? name : `${name} of the platform`,
        member: { ...member, isPlatform: of === "platform" },
        cookie: `${busy.cookieName}=${token}`,
      })),
      { name: "nobody", member: null, cookie: "" },
    ],
    own: [...busy.values, ...members.flatMap(({ member }) => member.customRole?.id ?? [])],
    foreign: idle.values,
    tenants: { busy: busy.tenantId, idle: idle.tenantId },
    secrets: [FOREIGN_MARK, ...idle.hidden],
    numbers: [...busy.phones, ...idle.phones],
    repair,
    idleRows,
    close: () => server.close(),
  };
}

/** Custom roles of the busy tenant: one that may write and not launch, and two that see numbers masked. */
const CUSTOM: Record<string, readonly Action[]> = {
  writer: [
    ...(["contacts.read", "contacts.write", "phoneNumbers.read"] as const),
    ...(["campaigns.read", "campaigns.write", "settings.read"] as const),
  ],
  desk: ["inbox.read", "messages.reply", "doNotContact.add"],
  masked: CUSTOM_ACTIONS.filter((action) => action !== "phoneNumbers.read" && action !== "imports.run"),
};

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
  const [role] = await server.sql<{ id: string }[]>`
    insert into custom_roles (tenant_id, name, actions) values (${tenantId}, ${`${mark} role`}, ${["inbox.read"]})
    returning id`;
  const values = [
    tenantId,
    ...contacts,
    ...phones.slice(0, 2),
    draft.data.id,
    launched.data.id,
    reply.id,
    ...ids,
    ...[...jobs, ...people].map(({ id }) => id),
    role!.id,
    ...ROLES.map((role) => `${role}@${name}.example.com`),
  ];
  const [now] = await server.sql<{ now: Date }[]>`select clock_timestamp() as now`;
  return {
    tenantId,
    filledAt: now!.now,
    values,
    phones,
    hidden: [...phones.slice(2), number],
    cookieName: owner.cookie.split("=")[0]!,
  };
}
