import type { GroupRole, SingleSignOnMode } from "@smscrm/core/process/single-sign-on";
import { and, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";
import { recordPipelineAudits } from "../../audit/pipeline-audit.ts";
import { type Pipeline, type TenantTransaction, transact } from "../../postgres/connection.ts";
import { sessions, signInDomains, singleSignOn, tenants } from "../../schema/index.ts";
import type { SingleSignOnTrial } from "../../schema/sign-in/single-sign-on.ts";

export type { SingleSignOnTrial };

/** What an owner sets, without the client secret. */
export interface ConnectionSettings {
  issuer: string;
  clientId: string;
  groupsClaim: string;
  roleMap: GroupRole[];
  emailAlwaysVerified: boolean;
  asksSecondFactor: boolean;
}

/** An encrypted value and the key that it was encrypted with. */
export interface SealedValue {
  value: Uint8Array;
  keyId: string;
}

/** A tenant's identity provider, as sign-in uses it. */
export interface Connection extends ConnectionSettings {
  tenantId: string;
  clientSecret: SealedValue | null;
  mode: SingleSignOnMode;
  updatedAt: Date;
}

const settings = {
  issuer: singleSignOn.issuer,
  clientId: singleSignOn.clientId,
  groupsClaim: singleSignOn.groupsClaim,
  roleMap: singleSignOn.roleMap,
  emailAlwaysVerified: singleSignOn.emailAlwaysVerified,
  asksSecondFactor: singleSignOn.asksSecondFactor,
};

/** What an owner sees of the configuration: everything but the secret. */
export interface ConnectionView extends ConnectionSettings {
  hasSecret: boolean;
  mode: SingleSignOnMode;
  trial: SingleSignOnTrial | null;
  updatedAt: Date;
}

export async function readConnection(
  tx: TenantTransaction,
  tenantId: string,
): Promise<ConnectionView | null> {
  const [row] = await tx
    .select({
      ...settings,
      hasSecret: sql<boolean>`${singleSignOn.secretKeyId} is not null`,
      mode: singleSignOn.mode,
      trial: singleSignOn.trial,
      updatedAt: singleSignOn.updatedAt,
    })
    .from(singleSignOn)
    .where(eq(singleSignOn.tenantId, tenantId));
  return row ?? null;
}

const whole = {
  ...settings,
  tenantId: singleSignOn.tenantId,
  clientSecret: singleSignOn.clientSecret,
  secretKeyId: singleSignOn.secretKeyId,
  mode: singleSignOn.mode,
  updatedAt: singleSignOn.updatedAt,
};

type Row = Omit<Connection, "clientSecret"> & {
  clientSecret: Uint8Array | null;
  secretKeyId: string | null;
};

function connectionOf({ clientSecret, secretKeyId, ...row }: Row): Connection {
  const isSealed = clientSecret !== null && secretKeyId !== null;
  return { ...row, clientSecret: isSealed ? { value: clientSecret, keyId: secretKeyId } : null };
}

/** Returns a tenant's provider. Needs sign-in's rights, as the secret does. */
export async function findConnection(tx: TenantTransaction, tenantId: string): Promise<Connection | null> {
  const [row] = await tx.select(whole).from(singleSignOn).where(eq(singleSignOn.tenantId, tenantId));
  return row ? connectionOf(row) : null;
}

/** Returns the provider of the tenant that verified this domain, if its members may sign in there. */
export async function findConnectionOfDomain(
  tx: TenantTransaction,
  domain: string,
): Promise<Connection | null> {
  const [row] = await tx
    .select(whole)
    .from(signInDomains)
    .innerJoin(singleSignOn, eq(singleSignOn.tenantId, signInDomains.tenantId))
    .innerJoin(tenants, and(eq(tenants.id, signInDomains.tenantId), isNull(tenants.closedAt)))
    .where(
      and(
        eq(signInDomains.domain, domain),
        isNotNull(signInDomains.verifiedAt),
        ne(singleSignOn.mode, "off"),
      ),
    );
  return row ? connectionOf(row) : null;
}

/** Whether the tenant verified this domain. */
export async function ownsDomain(tx: TenantTransaction, tenantId: string, domain: string): Promise<boolean> {
  const [row] = await tx
    .select({ domain: signInDomains.domain })
    .from(signInDomains)
    .where(
      and(
        eq(signInDomains.tenantId, tenantId),
        eq(signInDomains.domain, domain),
        isNotNull(signInDomains.verifiedAt),
      ),
    );
  return row !== undefined;
}

/**
 * Stores the configuration. A change undoes the last trial, and "required" becomes "offered" until somebody tried again.
 * `secret`: a new one; null: none; undefined: as it is.
 */
export async function writeConnection(
  tx: TenantTransaction,
  tenantId: string,
  given: ConnectionSettings,
  secret: SealedValue | null | undefined,
): Promise<void> {
  const sealed =
    secret === undefined ? {} : { clientSecret: secret?.value ?? null, secretKeyId: secret?.keyId ?? null };
  const change = { ...given, ...sealed, trial: null, updatedAt: sql`clock_timestamp()` };
  await tx
    .insert(singleSignOn)
    .values({ tenantId, ...change })
    .onConflictDoUpdate({
      target: singleSignOn.tenantId,
      set: {
        ...change,
        mode: sql`case ${singleSignOn.mode} when 'required' then 'offered' else ${singleSignOn.mode} end`,
      },
    });
}

export async function setMode(
  tx: TenantTransaction,
  tenantId: string,
  mode: SingleSignOnMode,
): Promise<void> {
  await tx.update(singleSignOn).set({ mode }).where(eq(singleSignOn.tenantId, tenantId));
}

/** Ends the tenant's sessions that began at its provider, except `keep`. Needs sign-in's rights. */
export async function endProviderSessions(
  tx: TenantTransaction,
  tenantId: string,
  keep: Uint8Array | null,
): Promise<number> {
  const ended = await tx
    .delete(sessions)
    .where(
      and(
        eq(sessions.tenantId, tenantId),
        eq(sessions.signedInBy, "sso"),
        keep ? ne(sessions.tokenHash, keep) : undefined,
      ),
    )
    .returning({ userId: sessions.userId });
  return ended.length;
}

/** Keeps what a trial showed, unless the configuration was changed since it began. Needs sign-in's rights. */
export async function keepTrial(
  tx: TenantTransaction,
  { tenantId, updatedAt }: Pick<Connection, "tenantId" | "updatedAt">,
  trial: SingleSignOnTrial,
): Promise<boolean> {
  const kept = await tx
    .update(singleSignOn)
    .set({ trial })
    .where(
      and(
        eq(singleSignOn.tenantId, tenantId),
        sql`date_trunc('milliseconds', ${singleSignOn.updatedAt}) = ${updatedAt.toISOString()}`,
      ),
    )
    .returning({ tenantId: singleSignOn.tenantId });
  return kept.length > 0;
}

/** Stores the secret under another key, if it is still this one. Needs sign-in's rights. */
export async function replaceSealedSecret(
  tx: TenantTransaction,
  tenantId: string,
  { from, to }: { from: SealedValue; to: SealedValue },
): Promise<void> {
  await tx
    .update(singleSignOn)
    .set({ clientSecret: to.value, secretKeyId: to.keyId })
    .where(and(eq(singleSignOn.tenantId, tenantId), eq(singleSignOn.clientSecret, from.value)));
}

export interface ConnectionAtConsole {
  tenantId: string;
  name: string;
  issuer: string;
  mode: SingleSignOnMode;
  domains: string[];
}

/** Lists the tenants with an identity provider, for the console. */
export async function listConnections(pipeline: Pipeline): Promise<ConnectionAtConsole[]> {
  return pipeline<ConnectionAtConsole[]>`
    select s.tenant_id as "tenantId", t.name, s.issuer, s.mode, coalesce((
      select array_agg(d.domain order by d.domain) from sign_in_domains d
      where d.tenant_id = s.tenant_id and d.verified_at is not null), '{}') as domains
    from single_sign_on s join tenants t on t.id = s.tenant_id order by t.name, t.id limit 1000`;
}

/** Lets members sign in with the password again, at the console. Returns the mode before, or null without a provider. */
export function offerAtConsole(
  pipeline: Pipeline,
  { tenantId, by }: { tenantId: string; by: string },
): Promise<SingleSignOnMode | null> {
  return transact(pipeline, async (tx) => {
    const [before] = await tx<{ mode: SingleSignOnMode }[]>`
      select mode from single_sign_on where tenant_id = ${tenantId} for update`;
    if (before?.mode !== "required") return before?.mode ?? null;
    await tx`update single_sign_on set mode = 'offered' where tenant_id = ${tenantId}`;
    await recordPipelineAudits(tx, [
      {
        ...{ tenantId, actorId: null, action: "sso.mode", objectKind: "tenant", objectId: tenantId },
        detail: { by, from: "required", to: "offered" },
      },
    ]);
    return before.mode;
  });
}

/** Returns the tenant's name. */
export async function tenantName(tx: TenantTransaction, tenantId: string): Promise<string> {
  const [row] = await tx.select({ name: tenants.name }).from(tenants).where(eq(tenants.id, tenantId));
  return row!.name;
}
