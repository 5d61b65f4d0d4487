import {
  domainOfAddress,
  groupsIn,
  roleOfGroups,
  SINGLE_SIGN_ON_PROBLEMS,
  type SingleSignOnProblem,
  statesSecondFactor,
} from "@smscrm/core/process/single-sign-on";
import { type AuditNote, recordAudit } from "@smscrm/db/audit/audit";
import { hasSecondFactor, lockPerson, readSecondFactors } from "@smscrm/db/users/second-factors";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import { type Connection, ownsDomain, tenantName } from "@smscrm/db/users/single-sign-on/connections";
import { insertPendingLink } from "@smscrm/db/users/single-sign-on/flows";
import {
  endSessionsOfIdentity,
  findIdentity,
  type IdentityLink,
  settlePerson,
  touchIdentity,
} from "@smscrm/db/users/single-sign-on/identities";
import type { Dependencies } from "../../dependencies.ts";
import { email as emailInput } from "../../http/inputs.ts";
import { noticeOfChange } from "../../mail/account-notice.ts";
import type { Visitor } from "../check-password.ts";
import type { Session } from "../session.ts";
import { askSecondFactor, beginSession } from "../sign-in.ts";
import type { Visit } from "./provider.ts";

/** What the provider states about a person, judged by the tenant's settings. */
export interface Judged {
  identity: IdentityLink;
  name: string;
  address: { email: string } | { problem: SingleSignOnProblem };
  email: string | null;
  emailVerified: boolean;
  groups: string[];
  /** The provider asked for a second factor, or the tenant declares that it always does. */
  providerFactor: boolean;
}

/** Returns what a visit's claims mean for this tenant. It changes nothing. */
export async function judge(
  { database }: Pick<Dependencies, "database">,
  connection: Connection,
  { subject, claims }: Visit,
): Promise<Judged> {
  const { tenantId, issuer, roleMap, groupsClaim } = connection;
  const groups = groupsIn(claims, groupsClaim);
  const parsed = emailInput.safeParse(claims.email);
  const email = parsed.success ? parsed.data : null;
  const emailVerified = claims.email_verified === true || connection.emailAlwaysVerified;
  const owns =
    email !== null && (await database.asSignIn((tx) => ownsDomain(tx, tenantId, domainOfAddress(email))));
  const named = typeof claims.name === "string" ? claims.name.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim() : "";
  return {
    identity: { issuer, subject, role: roleOfGroups(roleMap, groups) },
    name: (named || email?.split("@")[0] || subject).slice(0, 100),
    address: addressOf(email, emailVerified, owns),
    email,
    emailVerified,
    groups,
    providerFactor: connection.asksSecondFactor || statesSecondFactor(claims),
  };
}

function addressOf(email: string | null, verified: boolean, owns: boolean): Judged["address"] {
  if (email === null) return { problem: "no-address" };
  if (!verified) return { problem: "unverified-address" };
  return owns ? { email } : { problem: "other-domain" };
}

/** Why a trial's person would be refused; null: they would be signed in, or asked for their password once. */
export async function trialProblem(
  { database }: Pick<Dependencies, "database">,
  { tenantId, roleMap }: Connection,
  { identity, address }: Judged,
): Promise<SingleSignOnProblem | null> {
  if (roleMap.length > 0 && identity.role === null) return "no-group";
  const linked = await database.asSignIn((tx) => findIdentity(tx, { ...identity, tenantId }));
  return linked === null && "problem" in address ? address.problem : null;
}

export type Arrived =
  | { kind: "session"; token: string }
  | { kind: "second-factor"; token: string }
  | { kind: "prove-password"; token: string }
  | { kind: "refused"; problem: SingleSignOnProblem };

type Shared = Pick<Dependencies, "database" | "pipeline" | "mailer" | "log" | "publicUrl" | "metrics">;

/**
 * Lets a person of the tenant's provider in: into this tenant and no other. Their account is found, linked or made, and
 * has the role of their groups.
 */
export async function arrive(
  dependencies: Shared,
  connection: Connection,
  judged: Judged,
  { visitor, replaced, next }: { visitor: Visitor; replaced: Session | null; next: string },
): Promise<Arrived> {
  const { database, pipeline, metrics } = dependencies;
  const { tenantId } = connection;
  const { identity, name, address, providerFactor } = judged;
  const refuse = async (problem: SingleSignOnProblem): Promise<Arrived> => {
    metrics.signIns.inc({ outcome: "wrong" });
    await noteRefusal(dependencies, tenantId, problem, visitor, identity.subject);
    return { kind: "refused", problem };
  };
  if (connection.roleMap.length > 0 && identity.role === null) {
    await endSessionsOfIdentity(pipeline, { ...identity, tenantId });
    return refuse("no-group");
  }
  const settled = await settlePerson(pipeline, { ...identity, tenantId, name, address });
  if (settled.kind === "refused") return refuse(settled.problem);
  const { userId } = settled;
  const token = newToken();
  if (settled.kind === "prove-password") {
    const link = { ...identity, tenantId, userId, providerFactor, next, tokenHash: hashToken(token) };
    await database.asSignIn((tx) => insertPendingLink(tx, link));
    return { kind: "prove-password", token };
  }
  const arrival = { userId, tenantId };
  const start = { signedInBy: "sso", providerFactor } as const;
  const admitted = await database.asSignIn(async (tx): Promise<Arrived> => {
    if (!(await lockPerson(tx, userId))) return { kind: "refused", problem: "account-closed" };
    if (!providerFactor && hasSecondFactor(await readSecondFactors(tx, userId))) {
      const { pendingToken } = await askSecondFactor(tx, arrival, { start, link: null });
      return { kind: "second-factor", token: pendingToken };
    }
    await touchIdentity(tx, arrival);
    const begun = await beginSession(tx, arrival, visitor, { start, browserToken: null, replaced });
    return { kind: "session", token: begun.token };
  });
  if (admitted.kind === "refused") return refuse(admitted.problem);
  metrics.signIns.inc({ outcome: admitted.kind === "session" ? "ok" : "pending" });
  if (settled.linkedEmail !== null) await tellOfLink(dependencies, tenantId, settled.linkedEmail);
  return admitted;
}

/** Tells the account's person that a provider signs them in from now on. */
export async function tellOfLink(
  dependencies: Pick<Dependencies, "database" | "mailer" | "log" | "publicUrl">,
  tenantId: string,
  email: string,
): Promise<void> {
  const organisation = await dependencies.database.asSignIn((tx) => tenantName(tx, tenantId));
  noticeOfChange(
    dependencies,
    email,
    `Single sign-on of ${organisation} was linked with your account. It opens that organisation only.`,
  );
}

/** Writes in the tenant's audit log that a visit to its provider led to nothing. */
export async function noteRefusal(
  { database, log }: Pick<Dependencies, "database" | "log">,
  tenantId: string,
  problem: SingleSignOnProblem,
  { address }: Visitor,
  subject: string | null,
): Promise<void> {
  const note: AuditNote = {
    ...{ tenantId, actorId: null, action: "sso.refused", objectKind: "tenant", objectId: tenantId },
    detail: { problem, address, ...(subject === null ? {} : { subject }) },
  };
  log.info({ tenantId, problem, sentence: SINGLE_SIGN_ON_PROBLEMS[problem] }, "A single sign-on was refused");
  await database.asTenant(tenantId, (tx) => recordAudit(tx, note));
}
