-- Membership begins when the invited person accepts. An admin who could add an address knew its password, and signed in
-- with it when another organisation added the same address. The link's token is kept as its SHA-256 only.
CREATE TABLE "invitations" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"invited_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE invitations
  ADD CONSTRAINT invitations_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants (id),
  ADD CONSTRAINT invitations_invited_by_users_id_fk FOREIGN KEY (invited_by) REFERENCES users (id),
  ADD CONSTRAINT invitations_role CHECK (role IN ('owner', 'admin', 'operator', 'viewer'));
--> statement-breakpoint
-- One link per address: the second of two that are made at once is refused, so that each link in somebody's hand opens.
CREATE UNIQUE INDEX "invitations_email" ON "invitations" USING btree ("tenant_id","email");
--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_token" ON "invitations" USING btree ("token_hash");
--> statement-breakpoint
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON invitations TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON invitations TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON invitations TO smscrm_pipeline;
--> statement-breakpoint
-- All but the token's hash: a link is no tenant's to read.
GRANT SELECT ("id", "tenant_id", "email", "role", "invited_by", "created_at", "expires_at") ON invitations TO smscrm_app;
--> statement-breakpoint
-- A lost password: one link per person, made at the server's console.
CREATE TABLE "password_resets" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"made_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE password_resets ADD CONSTRAINT password_resets_user_id_users_id_fk FOREIGN KEY (user_id) REFERENCES users (id);
--> statement-breakpoint
CREATE UNIQUE INDEX "password_resets_token" ON "password_resets" USING btree ("token_hash");
--> statement-breakpoint
ALTER TABLE password_resets ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE password_resets FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY pipeline ON password_resets TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON password_resets TO smscrm_pipeline;
--> statement-breakpoint
-- Browsers in which a person has signed in: wrong passwords from elsewhere do not lock these out.
CREATE TABLE "known_browsers" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE known_browsers ADD CONSTRAINT known_browsers_user_id_users_id_fk FOREIGN KEY (user_id) REFERENCES users (id);
--> statement-breakpoint
CREATE INDEX "known_browsers_user" ON "known_browsers" USING btree ("user_id");
--> statement-breakpoint
ALTER TABLE known_browsers ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE known_browsers FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY sign_in ON known_browsers TO smscrm_auth USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY pipeline ON known_browsers TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON known_browsers TO smscrm_auth, smscrm_pipeline;
