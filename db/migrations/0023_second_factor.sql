-- Second factors: authenticator apps, passkeys and recovery codes. They belong to a person, who may be in several tenants.
-- The version before knows none of them: until its last process has ended, it signs people in with the password alone.
-- The secret is as it is: codes are computed from it. Its column is readable for sign-in alone, as password hashes are.
CREATE TABLE "totp_factors" (
	"user_id" uuid PRIMARY KEY NOT NULL CONSTRAINT totp_factors_user_id_users_id_fk REFERENCES users (id),
	"secret" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"confirmed_at" timestamp with time zone,
	"last_step" bigint
);
--> statement-breakpoint
CREATE TABLE "recovery_codes" (
	"user_id" uuid NOT NULL CONSTRAINT recovery_codes_user_id_users_id_fk REFERENCES users (id),
	"code_hash" "bytea" NOT NULL,
	CONSTRAINT "recovery_codes_user_id_code_hash_pk" PRIMARY KEY("user_id","code_hash")
);
--> statement-breakpoint
CREATE TABLE "passkeys" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"user_id" uuid NOT NULL CONSTRAINT passkeys_user_id_users_id_fk REFERENCES users (id),
	"credential_id" "bytea" NOT NULL,
	"public_key" "bytea" NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text DEFAULT '' NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE UNIQUE INDEX "passkeys_credential" ON "passkeys" USING btree ("credential_id");
--> statement-breakpoint
CREATE INDEX "passkeys_user" ON "passkeys" USING btree ("user_id");
--> statement-breakpoint
-- A right password whose second factor is missing. No route takes it for a session.
CREATE TABLE "pending_sign_ins" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL CONSTRAINT pending_sign_ins_user_id_users_id_fk REFERENCES users (id),
	"tenant_id" uuid NOT NULL CONSTRAINT pending_sign_ins_tenant_id_tenants_id_fk REFERENCES tenants (id),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "pending_sign_ins_user" ON "pending_sign_ins" USING btree ("user_id");
--> statement-breakpoint
-- Signed once, by a passkey, within minutes.
CREATE TABLE "passkey_challenges" (
	"holder_hash" "bytea" PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL CONSTRAINT passkey_challenges_user_id_users_id_fk REFERENCES users (id),
	"purpose" text NOT NULL CHECK (purpose IN ('add', 'prove')),
	"challenge" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE totp_factors ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE totp_factors FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY sign_in ON totp_factors TO smscrm_auth USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY pipeline ON totp_factors TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE recovery_codes ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE recovery_codes FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY sign_in ON recovery_codes TO smscrm_auth USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY pipeline ON recovery_codes TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE passkeys ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE passkeys FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY sign_in ON passkeys TO smscrm_auth USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY pipeline ON passkeys TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE pending_sign_ins ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE pending_sign_ins FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY sign_in ON pending_sign_ins TO smscrm_auth USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY pipeline ON pending_sign_ins TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE passkey_challenges ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE passkey_challenges FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY sign_in ON passkey_challenges TO smscrm_auth USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY pipeline ON passkey_challenges TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY own_tenant ON pending_sign_ins TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON totp_factors, recovery_codes, passkeys, pending_sign_ins, passkey_challenges TO smscrm_auth;
--> statement-breakpoint
-- The console turns factors off, and links of invitations and resets end pending sign-ins.
GRANT SELECT, DELETE ON recovery_codes, passkeys, pending_sign_ins, passkey_challenges TO smscrm_pipeline;
--> statement-breakpoint
GRANT SELECT ("user_id", "created_at", "confirmed_at", "last_step"), DELETE ON totp_factors TO smscrm_pipeline;
--> statement-breakpoint
-- No default that rewrites rows: both columns are added without touching any.
ALTER TABLE "tenants" ADD COLUMN "second_factor_policy" text DEFAULT 'optional' NOT NULL;
--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "launch_proof_above" integer DEFAULT 1000;
--> statement-breakpoint
-- NOT VALID: no row has another value, so none has to be read while senders wait.
ALTER TABLE tenants
  ADD CONSTRAINT tenants_second_factor_policy CHECK (second_factor_policy IN ('optional', 'admins', 'everybody')) NOT VALID,
  ADD CONSTRAINT tenants_launch_proof_above CHECK (launch_proof_above >= 0) NOT VALID;
--> statement-breakpoint
-- Sessions from before the upgrade have proved nothing: the first action that asks for a proof asks them.
ALTER TABLE "sessions" ADD COLUMN "proven_at" timestamp with time zone;
