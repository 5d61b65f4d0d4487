import { counted } from "@smscrm/core/text/counted";
import { closeTenant, emptyClosedQueues, reopenTenant } from "@smscrm/db/platform/closing";
import { setLimits } from "@smscrm/db/platform/limits";
import { readSettings } from "@smscrm/db/tenants/settings";
import { findTenantsByNameOrId, reinstateTenant, suspendTenant } from "@smscrm/db/tenants/suspension";
import { createTenant, inviteOwner, listTenants } from "@smscrm/db/tenants/tenants";
import { INVITATION_HOURS } from "@smscrm/db/users/invitations";
import { hashToken, joinAddress, newToken } from "@smscrm/db/users/secret-tokens";
import { type OpsContext, OpsRefusal } from "../context.ts";
import { checkedCountry, checkedEmail, checkedZone, sayLink } from "../input.ts";
import { type LimitOptions, limitLines, readLimitOptions } from "./limit-options.ts";

export interface TenantOptions extends LimitOptions {
  name?: string;
  country?: string;
  zone?: string;
  owner?: string;
  reason?: string;
}

const NAME_MAX = 100;
/** The dashboard shows it in one line or two. */
const REASON_MAX = 200;

/** `pnpm ops tenant create | invite | suspend | reinstate | limits | close | reopen | list`: the organisations of this platform. */
export async function tenant(
  context: OpsContext,
  [verb, ...rest]: readonly string[],
  options: TenantOptions,
): Promise<void> {
  if (rest.length === 0 && verb === "create") return create(context, options);
  if (rest.length === 0 && verb === "invite") return inviteAnOwner(context, options);
  if (rest.length === 0 && verb === "list") return list(context);
  if (rest.length === 1 && verb === "suspend") return suspend(context, rest[0]!, options);
  if (rest.length === 1 && verb === "reinstate") return reinstate(context, rest[0]!, options);
  if (rest.length === 1 && verb === "limits") return showOrSetLimits(context, rest[0]!, options);
  if (rest.length === 1 && verb === "close") return close(context, rest[0]!, options);
  if (rest.length === 1 && verb === "reopen") return reopen(context, rest[0]!, options);
  throw new OpsRefusal(
    'Use tenant create --name "Acme" --country AU --zone Australia/Sydney --owner EMAIL, tenant invite --tenant ID --owner EMAIL, tenant suspend NAME-OR-ID --reason "…", tenant reinstate NAME-OR-ID --reason "…", tenant limits NAME-OR-ID [--daily-budget 100 …], tenant close NAME-OR-ID --reason "…", tenant reopen NAME-OR-ID --reason "…", or tenant list. A name of several words stands in quotes.',
  );
}

async function create(context: OpsContext, options: TenantOptions): Promise<void> {
  const { sql, say, by, environment } = context;
  const name = options.name?.trim().replace(/\s+/g, " ") ?? "";
  if (name === "" || name.length > NAME_MAX)
    throw new OpsRefusal(`Give it a name: --name "Acme", at most ${NAME_MAX} letters.`);
  const country = checkedCountry(options.country);
  const timezone = checkedZone(options.zone, country);
  const email = checkedEmail(options.owner, "--owner EMAIL");
  const token = newToken();
  const made = await createTenant(
    sql,
    { name, country, timezone },
    { email, tokenHash: hashToken(token), by, userId: null },
  );
  if ("takenBy" in made) {
    throw new OpsRefusal(
      `An organisation already has that name: ${made.takenBy}. For a new link for its owner: pnpm ops tenant invite --tenant ${made.takenBy} --owner ${email}`,
    );
  }
  say(`Created ${name} (${made.id}), ${country}, ${timezone}.`);
  say(
    "Its budgets are 0. Nothing is sent until an owner sets them under Settings, and adds a sending number.",
  );
  sayLink(context, {
    what: `The link with which ${email} joins as owner, valid for ${INVITATION_HOURS} hours`,
    expiresAt: made.expiresAt,
    url: joinAddress(environment.PUBLIC_URL, token),
  });
}

async function inviteAnOwner(context: OpsContext, options: TenantOptions): Promise<void> {
  const { sql, by, tenantId, environment } = context;
  if (!tenantId) throw new OpsRefusal("Name the organisation: --tenant ID. pnpm ops tenant list shows all.");
  const email = checkedEmail(options.owner, "--owner EMAIL");
  const token = newToken();
  const made = await inviteOwner(sql, tenantId, { email, tokenHash: hashToken(token), by });
  if (made === "not-found")
    throw new OpsRefusal(`No organisation has the id ${tenantId}. pnpm ops tenant list shows all.`);
  if (made === "member") {
    throw new OpsRefusal(
      `${email} is already a member. For a lost password: pnpm ops person reset ${email}. For another role ask one of its owners, or invite another address.`,
    );
  }
  sayLink(context, {
    what: `The link with which ${email} joins ${made.name} as owner, valid for ${INVITATION_HOURS} hours`,
    expiresAt: made.expiresAt,
    url: joinAddress(environment.PUBLIC_URL, token),
  });
}

async function suspend(context: OpsContext, nameOrId: string, options: TenantOptions): Promise<void> {
  const { sql, say, by } = context;
  const reason = checkedReason(options.reason);
  const { id, name } = await oneTenant(context, nameOrId);
  const { already } = await suspendTenant(sql, { tenantId: id, by, reason });
  if (already) {
    return say(
      `Nothing changed: ${name} (${id}) has been suspended since ${already.at.toISOString()}: ${already.reason}`,
    );
  }
  say(`Suspended ${name} (${id}). A quarter of a second from now nothing more of it is submitted.`);
  say("Its people can still sign in, read and export. They see the reason, and can't resume sending.");
}

async function reinstate(context: OpsContext, nameOrId: string, options: TenantOptions): Promise<void> {
  const { sql, say, by } = context;
  const reason = checkedReason(options.reason);
  const { id, name } = await oneTenant(context, nameOrId);
  const done = await reinstateTenant(sql, { tenantId: id, by, reason });
  if (!done) return say(`Nothing changed: ${name} (${id}) was not suspended.`);
  if (done === "closed") {
    throw new OpsRefusal(`${name} (${id}) is closed. First run: pnpm ops tenant reopen ${id} --reason "…"`);
  }
  say(
    done.staysPaused
      ? `Reinstated ${name} (${id}). It was paused as well and stays paused: one of its admins can resume it, or pnpm ops resume --tenant ${id}.`
      : `Reinstated ${name} (${id}). Queued messages resume, within quiet hours and budgets.`,
  );
}

async function showOrSetLimits(context: OpsContext, nameOrId: string, options: TenantOptions): Promise<void> {
  const { sql, say, by, database } = context;
  const { id, name } = await oneTenant(context, nameOrId);
  const change = readLimitOptions(options);
  if (Object.keys(change).length === 0) {
    const { currency, limits } = await database.asTenant(id, (tx) => readSettings(tx, id));
    for (const line of limitLines(limits, currency)) say(line);
    return;
  }
  const reason = checkedReason(options.reason);
  const done = await setLimits(sql, { by, userId: null }, { tenantId: id, change, reason });
  if (!done) throw new OpsRefusal(`No organisation has the id ${id} any more.`);
  const { currency } = await database.asTenant(id, (tx) => readSettings(tx, id));
  say(`Set the limits of ${name} (${id}):`);
  for (const line of limitLines(done.limits, currency)) say(line);
  const lowered = Object.keys(done.lowered);
  if (lowered.length > 0) {
    say(`Its own settings were above, and were lowered to the limit: ${lowered.join(", ")}.`);
  }
}

async function close(context: OpsContext, nameOrId: string, options: TenantOptions): Promise<void> {
  const { sql, say, by, database } = context;
  const reason = checkedReason(options.reason);
  const { id, name } = await oneTenant(context, nameOrId);
  const done = await closeTenant(sql, { by, userId: null }, { tenantId: id, reason });
  if (done.outcome === "not-found") throw new OpsRefusal(`No organisation has the id ${id} any more.`);
  const messages = await emptyClosedQueues(sql, database, id);
  if (done.outcome === "already") {
    return say(
      `${name} (${id}) has been closed since ${done.at.toISOString()}: ${done.reason}${messages > 0 ? ` Canceled ${counted(messages, "message")} that still waited.` : ""}`,
    );
  }
  say(
    `Closed ${name} (${id}). Canceled ${counted(done.canceled, "campaign")} with ${counted(messages, "queued message")}, and ended ${counted(done.endedSessions, "session")}. Nobody can sign in there.`,
  );
  say("Its contacts, messages and audit log stay. A STOP to its numbers is still recorded.");
  if (done.numbers.length > 0) {
    say(
      `It still has ${counted(done.numbers.length, "number")}. To free one: pnpm ops number take-back NUMBER`,
    );
  }
}

async function reopen(context: OpsContext, nameOrId: string, options: TenantOptions): Promise<void> {
  const { sql, say, by } = context;
  const reason = checkedReason(options.reason);
  const { id, name } = await oneTenant(context, nameOrId);
  const done = await reopenTenant(sql, { by, userId: null }, { tenantId: id, reason });
  if (!done) return say(`Nothing changed: ${name} (${id}) was not closed.`);
  say(
    `Reopened ${name} (${id}). Its members can sign in. It stays suspended: pnpm ops tenant reinstate ${id} --reason "…"`,
  );
}

function checkedReason(text: string | undefined): string {
  const reason = text?.trim().replace(/\s+/g, " ") ?? "";
  if (reason === "" || reason.length > REASON_MAX) {
    throw new OpsRefusal(
      `Give a reason, which the organisation's people can read: --reason "…", at most ${REASON_MAX} letters.`,
    );
  }
  return reason;
}

async function oneTenant({ sql }: OpsContext, nameOrId: string): Promise<{ id: string; name: string }> {
  const [tenant, ...others] = await findTenantsByNameOrId(sql, nameOrId.trim());
  if (!tenant)
    throw new OpsRefusal(`No organisation has the name or id ${nameOrId}. pnpm ops tenant list shows all.`);
  if (others.length > 0) {
    const ids = [tenant, ...others].map(({ id }) => id).join(", ");
    throw new OpsRefusal(`Several organisations are called ${nameOrId}. Give one of their ids: ${ids}.`);
  }
  return tenant;
}

async function list({ sql, say }: OpsContext): Promise<void> {
  const all = await listTenants(sql);
  if (all.length === 0) {
    return say(
      'There is no organisation yet. Create one: pnpm ops tenant create --name "Acme" --country AU --zone Australia/Sydney --owner ada@example.com',
    );
  }
  for (const { id, name, country, timezone, owners, members, invitations, ...state } of all) {
    const suspended = state.closedAt
      ? `, CLOSED since ${state.closedAt.toISOString()}: ${state.closedReason}`
      : state.suspendedAt
        ? `, SUSPENDED since ${state.suspendedAt.toISOString()}: ${state.suspendedReason}`
        : "";
    say(
      `${id}  ${name}, ${country}, ${timezone}: ${counted(members, "member")}, owners among them: ${owners}, ${counted(invitations, "open invitation")}${suspended}`,
    );
  }
}
