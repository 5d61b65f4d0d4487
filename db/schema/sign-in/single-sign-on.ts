import type { Role } from "@smscrm/core/process/roles";
import type { GroupRole, SingleSignOnMode } from "@smscrm/core/process/single-sign-on";
import { sql } from "drizzle-orm";
import {
  boolean,
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at, bytes, createdAt, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";
import { memberships, users } from "../users.ts";

/** What a trial sign-in at the provider showed. It changed nothing else. */
export interface SingleSignOnTrial {
  at: string;
  subject: string;
  email: string | null;
  emailVerified: boolean;
  groups: string[];
  role: Role | null;
  secondFactor: boolean;
  /** Why this person would have been refused; null if they would have been signed in. */
  problem: string | null;
}

/** A tenant's identity provider (OpenID Connect). */
export const singleSignOn = pgTable("single_sign_on", {
  tenantId: uuid("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  issuer: text("issuer").notNull(),
  clientId: text("client_id").notNull(),
  /** Encrypted with a key of the installation (SECRETS_KEY). Null: a public client, which has none. */
  clientSecret: bytes("client_secret"),
  secretKeyId: text("secret_key_id"),
  groupsClaim: text("groups_claim").notNull(),
  roleMap: jsonb("role_map").$type<GroupRole[]>().notNull(),
  /** The tenant declares that the provider verifies every address, although it does not say so. */
  emailAlwaysVerified: boolean("email_always_verified").notNull(),
  /** The tenant declares that the provider always asks for a second factor, although it does not say so. */
  asksSecondFactor: boolean("asks_second_factor").notNull(),
  mode: text("mode").$type<SingleSignOnMode>().notNull().default("off"),
  /** The last trial with this configuration; null: none since it was changed. */
  trial: jsonb("trial").$type<SingleSignOnTrial>(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

/** Domains of e-mail addresses. A verified one belongs to one tenant at most. */
export const signInDomains = pgTable(
  "sign_in_domains",
  {
    tenantId: tenantId().references(() => tenants.id),
    /** In lower case, as DNS has it. */
    domain: text("domain").notNull(),
    /** What the TXT record has to contain. It is public there. */
    token: text("token").notNull(),
    verifiedAt: at("verified_at"),
    /** `dns`, or the operator who confirmed it at the console. */
    verifiedBy: text("verified_by"),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.domain] }),
    uniqueIndex("sign_in_domains_verified").on(table.domain).where(sql`verified_at is not null`),
  ],
);

/** Which account a person of a tenant's provider has. It counts in that tenant alone, and ends with the membership. */
export const signInIdentities = pgTable(
  "sign_in_identities",
  {
    tenantId: tenantId(),
    issuer: text("issuer").notNull(),
    subject: text("subject").notNull(),
    userId: uuid("user_id").notNull(),
    createdAt: createdAt(),
    lastUsedAt: at("last_used_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.issuer, table.subject] }),
    uniqueIndex("sign_in_identities_user").on(table.tenantId, table.userId),
    foreignKey({
      columns: [table.tenantId, table.userId],
      foreignColumns: [memberships.tenantId, memberships.userId],
      name: "sign_in_identities_membership_fk",
    }).onDelete("cascade"),
  ],
);

/** A visit to a provider that was begun and has not come back. */
export const signInFlows = pgTable("sign_in_flows", {
  /** SHA-256 of the browser's cookie. State, nonce and code verifier follow from the cookie and are not stored. */
  tokenHash: bytes("token_hash").primaryKey(),
  tenantId: tenantId().references(() => tenants.id),
  purpose: text("purpose").$type<"sign-in" | "prove" | "try">().notNull(),
  /** The page to go to afterwards. */
  next: text("next").notNull(),
  /** SHA-256 of the token of the session that proves or tries; null for a sign-in. */
  sessionHash: bytes("session_hash"),
  createdAt: createdAt(),
  expiresAt: at("expires_at").notNull(),
});

/** A person of a provider whose account elsewhere must prove its password before it is linked. */
export const pendingLinks = pgTable(
  "pending_links",
  {
    /** SHA-256 of the browser's cookie. */
    tokenHash: bytes("token_hash").primaryKey(),
    tenantId: tenantId().references(() => tenants.id),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id),
    issuer: text("issuer").notNull(),
    subject: text("subject").notNull(),
    /** By the tenant's map of groups; null: the tenant has none, and the member keeps their role. */
    role: text("role").$type<Role>(),
    providerFactor: boolean("provider_factor").notNull(),
    next: text("next").notNull(),
    createdAt: createdAt(),
    expiresAt: at("expires_at").notNull(),
  },
  (table) => [index("pending_links_user").on(table.userId)],
);
