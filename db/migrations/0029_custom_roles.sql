-- Roles that an owner makes for the tenant. All tables here are small: nothing waits for more than moments. The version
-- before reads "viewer" for a member with a custom role.
CREATE TABLE "custom_roles" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuid_v7() NOT NULL,
	"name" text NOT NULL,
	"actions" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "custom_roles_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "custom_roles_name" ON "custom_roles" USING btree ("tenant_id",lower("name"));
--> statement-breakpoint
ALTER TABLE custom_roles ADD CONSTRAINT custom_roles_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants (id);
--> statement-breakpoint
ALTER TABLE custom_roles ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE custom_roles FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON custom_roles TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY sign_in ON custom_roles FOR SELECT TO smscrm_auth USING (true);
--> statement-breakpoint
CREATE POLICY pipeline ON custom_roles TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
-- Only the pipeline writes, as for memberships: on behalf of a tenant nobody gives themselves a role.
GRANT SELECT ON custom_roles TO smscrm_app, smscrm_auth;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON custom_roles TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "custom_role_id" uuid;
--> statement-breakpoint
ALTER TABLE "invitations" ADD COLUMN "custom_role_id" uuid;
--> statement-breakpoint
GRANT SELECT (custom_role_id) ON invitations TO smscrm_app;
--> statement-breakpoint
-- The key carries the tenant: no member has another tenant's role.
ALTER TABLE memberships DROP CONSTRAINT memberships_role,
  ADD CONSTRAINT memberships_role CHECK (role IN ('owner', 'admin', 'operator', 'approver', 'agent', 'auditor', 'viewer')),
  ADD CONSTRAINT memberships_custom_role FOREIGN KEY (tenant_id, custom_role_id) REFERENCES custom_roles (tenant_id, id),
  ADD CONSTRAINT memberships_custom_is_viewer CHECK (custom_role_id IS NULL OR role = 'viewer');
--> statement-breakpoint
ALTER TABLE invitations DROP CONSTRAINT invitations_role,
  ADD CONSTRAINT invitations_role CHECK (role IN ('owner', 'admin', 'operator', 'approver', 'agent', 'auditor', 'viewer')),
  ADD CONSTRAINT invitations_custom_role FOREIGN KEY (tenant_id, custom_role_id) REFERENCES custom_roles (tenant_id, id),
  ADD CONSTRAINT invitations_custom_is_viewer CHECK (custom_role_id IS NULL OR role = 'viewer');
--> statement-breakpoint
-- The key of references to numbers, for members who see them masked.
ALTER TABLE "tenants" ADD COLUMN "number_key" "bytea" DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) NOT NULL;
