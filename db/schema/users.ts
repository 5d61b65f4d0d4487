import type { Role } from "@smscrm/core/process/roles";
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at, bytes, createdAt, id, tenantId } from "./columns.ts";
import { tenants } from "./tenants.ts";

export const users = pgTable(
  "users",
  {
    id: id(),
    /** Stored in lower case. */
    email: text("email").notNull(),
    name: text("name").notNull(),
    passwordHash: text("password_hash").notNull(),
    disabledAt: at("disabled_at"),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex("users_email").on(table.email)],
);

/** Roles that owners made for their tenant. `actions` are names from core's table; a name that it lost counts for nothing. */
export const customRoles = pgTable(
  "custom_roles",
  {
    tenantId: tenantId().references(() => tenants.id),
    id: uuid("id").notNull().default(sql`uuid_v7()`),
    name: text("name").notNull(),
    actions: text("actions").array().notNull(),
    createdAt: createdAt(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("custom_roles_name").on(table.tenantId, sql`lower(${table.name})`),
  ],
);

/** With a custom role, its actions alone count; `role` is then "viewer". */
const ofCustomRole = (name: string, table: { tenantId: AnyPgColumn; customRoleId: AnyPgColumn }) =>
  foreignKey({
    name,
    columns: [table.tenantId, table.customRoleId],
    foreignColumns: [customRoles.tenantId, customRoles.id],
  });

export const memberships = pgTable(
  "memberships",
  {
    tenantId: tenantId().references(() => tenants.id),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id),
    role: text("role").$type<Role>().notNull(),
    customRoleId: uuid("custom_role_id"),
    createdAt: createdAt(),
    /** Of a platform operator whom an owner lets look inside until then. Null: a member. */
    expiresAt: at("expires_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.userId] }),
    index("memberships_user").on(table.userId),
    ofCustomRole("memberships_custom_role", table),
  ],
);

export const sessions = pgTable(
  "sessions",
  {
    /** SHA-256 of the cookie's token: a stolen table opens nothing. */
    tokenHash: bytes("token_hash").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id),
    tenantId: tenantId().references(() => tenants.id),
    createdAt: createdAt(),
    lastSeenAt: at("last_seen_at").notNull().defaultNow(),
    expiresAt: at("expires_at").notNull(),
    /** When the person last proved who they are in this session: by signing in, or when an action asked for it. */
    provenAt: at("proven_at"),
    userAgent: text("user_agent"),
    address: text("address"),
  },
  (table) => [index("sessions_user").on(table.userId)],
);

/** Failed sign-ins per e-mail address and per network address. Keys are hashed. */
export const signInThrottle = pgTable("sign_in_throttle", {
  key: bytes("key").primaryKey(),
  failures: integer("failures").notNull(),
  firstFailureAt: at("first_failure_at").notNull(),
  lockedUntil: at("locked_until"),
});

/**
 * An invitation to join with a role. The row is deleted once it is accepted or canceled; the audit log has the
 * result.
 */
export const invitations = pgTable(
  "invitations",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    /** In lower case. */
    email: text("email").notNull(),
    role: text("role").$type<Role>().notNull(),
    customRoleId: uuid("custom_role_id"),
    /** SHA-256 of the link's token. */
    tokenHash: bytes("token_hash").notNull(),
    /** Null if it was made at the server's console. */
    invitedBy: uuid("invited_by").references(() => users.id),
    createdAt: createdAt(),
    expiresAt: at("expires_at").notNull(),
  },
  (table) => [
    uniqueIndex("invitations_email").on(table.tenantId, table.email),
    uniqueIndex("invitations_token").on(table.tokenHash),
    ofCustomRole("invitations_custom_role", table),
  ],
);

/** A platform operator's request to look inside a tenant. Its owner decides and can end it. */
export const supportAccesses = pgTable(
  "support_accesses",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    operatorId: uuid("operator_id")
      .notNull()
      .references(() => users.id),
    reason: text("reason").notNull(),
    createdAt: createdAt(),
    grantedAt: at("granted_at"),
    grantedBy: uuid("granted_by").references(() => users.id),
    expiresAt: at("expires_at"),
    /** Refused, withdrawn or ended early. */
    endedAt: at("ended_at"),
  },
  (table) => [
    uniqueIndex("support_accesses_open").on(table.tenantId, table.operatorId).where(sql`ended_at is null`),
    index("support_accesses_operator").on(table.operatorId),
  ],
);

/** A link with which a person chooses a new password; made at the server's console. */
export const passwordResets = pgTable(
  "password_resets",
  {
    userId: uuid("user_id")
      .primaryKey()
      .references(() => users.id),
    /** SHA-256 of the link's token. */
    tokenHash: bytes("token_hash").notNull(),
    madeBy: text("made_by").notNull(),
    createdAt: createdAt(),
    expiresAt: at("expires_at").notNull(),
  },
  (table) => [uniqueIndex("password_resets_token").on(table.tokenHash)],
);

/** Browsers in which a person has signed in. */
export const knownBrowsers = pgTable(
  "known_browsers",
  {
    /** SHA-256 of the cookie's token. */
    tokenHash: bytes("token_hash").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id),
    createdAt: createdAt(),
    lastUsedAt: at("last_used_at").notNull().defaultNow(),
  },
  (table) => [index("known_browsers_user").on(table.userId)],
);

const userId = () =>
  uuid("user_id")
    .notNull()
    .references(() => users.id);

/** A person's authenticator app. Without `confirmedAt` it is being set up and opens nothing. */
export const totpFactors = pgTable("totp_factors", {
  userId: uuid("user_id")
    .primaryKey()
    .references(() => users.id),
  /** The shared secret as it is, because codes are computed from it. Only smscrm_auth may read this column. */
  secret: bytes("secret").notNull(),
  createdAt: createdAt(),
  confirmedAt: at("confirmed_at"),
  /** The 30-second step of the last accepted code: a code of this or an earlier step was used, or is too old. */
  lastStep: bigint("last_step", { mode: "number" }),
});

/** SHA-256 of unused recovery codes. A used one is deleted. */
export const recoveryCodes = pgTable(
  "recovery_codes",
  { userId: userId(), codeHash: bytes("code_hash").notNull() },
  (table) => [primaryKey({ columns: [table.userId, table.codeHash] })],
);

export const passkeys = pgTable(
  "passkeys",
  {
    id: id(),
    userId: userId(),
    /** Chosen by the authenticator, up to 1023 bytes. */
    credentialId: bytes("credential_id").notNull(),
    /** In COSE's form. */
    publicKey: bytes("public_key").notNull(),
    /** Signatures so far, as the authenticator counts them. 0: it does not count. */
    counter: bigint("counter", { mode: "number" }).notNull(),
    /** How browsers may reach it, separated by commas. */
    transports: text("transports").notNull().default(""),
    name: text("name").notNull(),
    createdAt: createdAt(),
    lastUsedAt: at("last_used_at"),
  },
  (table) => [
    uniqueIndex("passkeys_credential").on(table.credentialId),
    index("passkeys_user").on(table.userId),
  ],
);

/** A sign-in whose password was right and whose second factor is missing. It is not a session. */
export const pendingSignIns = pgTable(
  "pending_sign_ins",
  {
    /** SHA-256 of the cookie's token. */
    tokenHash: bytes("token_hash").primaryKey(),
    userId: userId(),
    /** Where the person arrives. */
    tenantId: tenantId().references(() => tenants.id),
    createdAt: createdAt(),
    expiresAt: at("expires_at").notNull(),
  },
  (table) => [index("pending_sign_ins_user").on(table.userId)],
);

/** What a passkey has to sign next, once: one for each session or pending sign-in. */
export const passkeyChallenges = pgTable("passkey_challenges", {
  /** SHA-256 of the token of the session or of the pending sign-in. */
  holderHash: bytes("holder_hash").primaryKey(),
  userId: userId(),
  purpose: text("purpose").$type<"add" | "prove">().notNull(),
  challenge: text("challenge").notNull(),
  expiresAt: at("expires_at").notNull(),
});
