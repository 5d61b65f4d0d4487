-- Single sign-on: each tenant its own identity provider, the domains that are proved to be its own, and whose account a person
-- of the provider has. Nothing here opens a session in another tenant.
CREATE TABLE "pending_links" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"role" text,
	"provider_factor" boolean NOT NULL,
	"next" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_domains" (
	"tenant_id" uuid NOT NULL,
	"domain" text NOT NULL,
	"token" text NOT NULL,
	"verified_at" timestamp with time zone,
	"verified_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sign_in_domains_tenant_id_domain_pk" PRIMARY KEY("tenant_id","domain")
);
--> statement-breakpoint
CREATE TABLE "sign_in_flows" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"next" text NOT NULL,
	"session_hash" "bytea",
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_identities" (
	"tenant_id" uuid NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sign_in_identities_tenant_id_issuer_subject_pk" PRIMARY KEY("tenant_id","issuer","subject")
);
--> statement-breakpoint
CREATE TABLE "single_sign_on" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"issuer" text NOT NULL,
	"client_id" text NOT NULL,
	"client_secret" "bytea",
	"secret_key_id" text,
	"groups_claim" text NOT NULL,
	"role_map" jsonb NOT NULL,
	"email_always_verified" boolean NOT NULL,
	"asks_second_factor" boolean NOT NULL,
	"mode" text DEFAULT 'off' NOT NULL,
	"trial" jsonb,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "pending_sign_ins" ADD COLUMN "signed_in_by" text DEFAULT 'password' NOT NULL;
--> statement-breakpoint
ALTER TABLE "pending_sign_ins" ADD COLUMN "link" jsonb;
--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "signed_in_by" text DEFAULT 'password' NOT NULL;
--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "provider_factor" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "pending_links" ADD CONSTRAINT "pending_links_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id");
--> statement-breakpoint
ALTER TABLE "pending_links" ADD CONSTRAINT "pending_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id");
--> statement-breakpoint
ALTER TABLE "sign_in_domains" ADD CONSTRAINT "sign_in_domains_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id");
--> statement-breakpoint
ALTER TABLE "sign_in_flows" ADD CONSTRAINT "sign_in_flows_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id");
--> statement-breakpoint
ALTER TABLE "sign_in_identities" ADD CONSTRAINT "sign_in_identities_membership_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."memberships"("tenant_id","user_id") ON DELETE cascade;
--> statement-breakpoint
ALTER TABLE "single_sign_on" ADD CONSTRAINT "single_sign_on_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id");
--> statement-breakpoint
CREATE INDEX "pending_links_user" ON "pending_links" USING btree ("user_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "sign_in_domains_verified" ON "sign_in_domains" USING btree ("domain") WHERE verified_at is not null;
--> statement-breakpoint
CREATE UNIQUE INDEX "sign_in_identities_user" ON "sign_in_identities" USING btree ("tenant_id","user_id");
--> statement-breakpoint
ALTER TABLE single_sign_on
  ADD CONSTRAINT single_sign_on_mode CHECK (mode IN ('off', 'offered', 'required')),
  ADD CONSTRAINT single_sign_on_secret CHECK ((client_secret IS NULL) = (secret_key_id IS NULL));
--> statement-breakpoint
ALTER TABLE sign_in_flows ADD CONSTRAINT sign_in_flows_purpose CHECK (purpose IN ('sign-in', 'prove', 'try')),
  ADD CONSTRAINT sign_in_flows_session CHECK ((session_hash IS NULL) = (purpose = 'sign-in'));
--> statement-breakpoint
ALTER TABLE sign_in_domains ADD CONSTRAINT sign_in_domains_verified_by CHECK ((verified_at IS NULL) = (verified_by IS NULL));
--> statement-breakpoint
-- NOT VALID: the columns are new, so no row has another value.
ALTER TABLE sessions ADD CONSTRAINT sessions_signed_in_by CHECK (signed_in_by IN ('password', 'sso')) NOT VALID;
--> statement-breakpoint
ALTER TABLE pending_sign_ins ADD CONSTRAINT pending_sign_ins_signed_in_by CHECK (signed_in_by IN ('password', 'sso')) NOT VALID;
--> statement-breakpoint
ALTER TABLE single_sign_on ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE single_sign_on FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON single_sign_on TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY sign_in ON single_sign_on TO smscrm_auth USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY pipeline ON single_sign_on TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE sign_in_domains ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE sign_in_domains FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON sign_in_domains TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY sign_in ON sign_in_domains TO smscrm_auth USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY pipeline ON sign_in_domains TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE sign_in_identities ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE sign_in_identities FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON sign_in_identities TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY sign_in ON sign_in_identities TO smscrm_auth USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY pipeline ON sign_in_identities TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE sign_in_flows ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE sign_in_flows FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON sign_in_flows TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY sign_in ON sign_in_flows TO smscrm_auth USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY pipeline ON sign_in_flows TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE pending_links ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE pending_links FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON pending_links TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY sign_in ON pending_links TO smscrm_auth USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY pipeline ON pending_links TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
-- The secret is written for a tenant and read by sign-in alone.
GRANT SELECT (tenant_id, issuer, client_id, secret_key_id, groups_claim, role_map, email_always_verified, asks_second_factor, mode, trial, updated_at), INSERT, UPDATE, DELETE ON single_sign_on TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, UPDATE (client_secret, secret_key_id, trial) ON single_sign_on TO smscrm_auth;
--> statement-breakpoint
GRANT SELECT (tenant_id, issuer, client_id, secret_key_id, groups_claim, role_map, email_always_verified, asks_second_factor, mode, trial, updated_at), UPDATE (mode, updated_at) ON single_sign_on TO smscrm_pipeline;
--> statement-breakpoint
-- A tenant adds a domain, but only what looked into DNS (sign-in's rights) or the console says that it is verified.
GRANT SELECT, DELETE ON sign_in_domains TO smscrm_app;
--> statement-breakpoint
GRANT INSERT (tenant_id, domain, token) ON sign_in_domains TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, UPDATE (verified_at, verified_by) ON sign_in_domains TO smscrm_auth;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_domains TO smscrm_pipeline;
--> statement-breakpoint
-- Accounts are linked and made by the pipeline, with the membership and its entry in the audit log.
GRANT SELECT ON sign_in_identities TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, UPDATE (last_used_at) ON sign_in_identities TO smscrm_auth;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_identities TO smscrm_pipeline;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON sign_in_flows, pending_links TO smscrm_auth;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON pending_links TO smscrm_pipeline;
--> statement-breakpoint
GRANT SELECT, DELETE ON sign_in_flows TO smscrm_pipeline;
