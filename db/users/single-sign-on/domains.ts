import { and, asc, count, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";
import { recordAudit } from "../../audit/audit.ts";
import { recordPipelineAudits } from "../../audit/pipeline-audit.ts";
import { type Pipeline, type TenantTransaction, transact } from "../../postgres/connection.ts";
import { codesOf } from "../../postgres/connection-faults.ts";
import { signInDomains, singleSignOn } from "../../schema/index.ts";

/** The most domains of a tenant. */
export const DOMAINS_MAX = 50;

export interface SignInDomain {
  domain: string;
  token: string;
  verifiedAt: Date | null;
  /** `dns`, or the operator who confirmed it at the console. */
  verifiedBy: string | null;
}

export async function listDomains(tx: TenantTransaction, tenantId: string): Promise<SignInDomain[]> {
  return tx
    .select({
      domain: signInDomains.domain,
      token: signInDomains.token,
      verifiedAt: signInDomains.verifiedAt,
      verifiedBy: signInDomains.verifiedBy,
    })
    .from(signInDomains)
    .where(eq(signInDomains.tenantId, tenantId))
    .orderBy(asc(signInDomains.domain))
    .limit(DOMAINS_MAX);
}

/** Adds a domain that is not verified yet. It opens nothing. */
export async function addDomain(
  tx: TenantTransaction,
  { tenantId, domain, token }: { tenantId: string; domain: string; token: string },
): Promise<"added" | "present" | "too-many"> {
  const [present] = await tx
    .select({ domains: count() })
    .from(signInDomains)
    .where(eq(signInDomains.tenantId, tenantId));
  if (present!.domains >= DOMAINS_MAX) return "too-many";
  // Only these columns: the API's role must not be able to say that a domain is verified.
  const added = await tx.execute(sql`
    insert into sign_in_domains (tenant_id, domain, token) values (${tenantId}, ${domain}, ${token})
    on conflict do nothing returning domain`);
  return added.length > 0 ? "added" : "present";
}

/** Removes a domain. Sign-ins of its people end with it, so the last one stays while single sign-on is required. */
export async function removeDomain(
  tx: TenantTransaction,
  tenantId: string,
  domain: string,
): Promise<"removed" | "not-found" | "last"> {
  const [connection] = await tx
    .select({ mode: singleSignOn.mode })
    .from(singleSignOn)
    .where(eq(singleSignOn.tenantId, tenantId))
    .for("update");
  if (connection?.mode === "required" && !(await hasVerifiedDomain(tx, tenantId, domain))) return "last";
  const removed = await tx
    .delete(signInDomains)
    .where(and(eq(signInDomains.tenantId, tenantId), eq(signInDomains.domain, domain)))
    .returning({ domain: signInDomains.domain });
  return removed.length > 0 ? "removed" : "not-found";
}

/** Whether the tenant has a verified domain, besides `except`. */
export async function hasVerifiedDomain(
  tx: TenantTransaction,
  tenantId: string,
  except = "",
): Promise<boolean> {
  const [other] = await tx
    .select({ domain: signInDomains.domain })
    .from(signInDomains)
    .where(
      and(
        eq(signInDomains.tenantId, tenantId),
        isNotNull(signInDomains.verifiedAt),
        ne(signInDomains.domain, except),
      ),
    )
    .limit(1);
  return other !== undefined;
}

export type Verification = "verified" | "not-found" | "taken";

/** Records that the domain's TXT record was seen. Needs sign-in's rights. "taken": another tenant verified it first. */
export async function verifyDomain(
  tx: TenantTransaction,
  { tenantId, domain, actorId }: { tenantId: string; domain: string; actorId: string },
): Promise<Verification> {
  const verified = await unlessTaken(() =>
    // A savepoint: the refusal of the unique index must not end the caller's transaction.
    tx.transaction((inner) =>
      inner
        .update(signInDomains)
        .set({ verifiedAt: sql`clock_timestamp()`, verifiedBy: "dns" })
        .where(
          and(
            eq(signInDomains.tenantId, tenantId),
            eq(signInDomains.domain, domain),
            isNull(signInDomains.verifiedAt),
          ),
        )
        .returning({ domain: signInDomains.domain }),
    ),
  );
  if (verified === "taken") return "taken";
  if (verified.length === 0) return "not-found";
  await recordAudit(tx, {
    ...{ tenantId, actorId, action: "sso.domain-verify", objectKind: "domain", objectId: domain },
    detail: { by: "dns" },
  });
  return "verified";
}

/** Confirms a domain at the console, for an installation that can't ask DNS. It need not have been added before. */
export async function confirmDomain(
  pipeline: Pipeline,
  { tenantId, domain, token, by }: { tenantId: string; domain: string; token: string; by: string },
): Promise<"verified" | "taken" | "not-found"> {
  return unlessTaken(() =>
    transact(pipeline, async (tx) => {
      const [tenant] = await tx`select 1 from tenants where id = ${tenantId}`;
      if (!tenant) return "not-found" as const;
      const changed = await tx`
        insert into sign_in_domains as d (tenant_id, domain, token, verified_at, verified_by)
        values (${tenantId}, ${domain}, ${token}, clock_timestamp(), ${by})
        on conflict (tenant_id, domain) do update set verified_at = clock_timestamp(), verified_by = ${by}
        where d.verified_at is null returning 1`;
      if (changed.length === 0) return "verified" as const;
      await recordPipelineAudits(tx, [
        {
          ...{ tenantId, actorId: null, action: "sso.domain-verify", objectKind: "domain", objectId: domain },
          detail: { by },
        },
      ]);
      return "verified" as const;
    }),
  );
}

/** Takes a domain from whatever tenant verified it, at the console. Returns that tenant, or null if none did. */
export function releaseDomain(
  pipeline: Pipeline,
  { domain, by }: { domain: string; by: string },
): Promise<{ tenantId: string } | null> {
  return transact(pipeline, async (tx) => {
    const [released] = await tx<{ tenantId: string }[]>`
      delete from sign_in_domains where domain = ${domain} and verified_at is not null
      returning tenant_id as "tenantId"`;
    if (!released) return null;
    await recordPipelineAudits(tx, [
      {
        ...{
          ...released,
          actorId: null,
          action: "sso.domain-remove",
          objectKind: "domain",
          objectId: domain,
        },
        detail: { by },
      },
    ]);
    return released;
  });
}

/** Returns the result of `work`, or "taken" if another tenant has the verified domain. */
async function unlessTaken<T>(work: () => Promise<T>): Promise<T | "taken"> {
  try {
    return await work();
  } catch (error) {
    if (codesOf(error).includes("23505")) return "taken";
    throw error;
  }
}
