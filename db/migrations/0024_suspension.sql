-- The platform's operator can suspend a tenant. A suspension includes a pause, so whatever a pause stops stays stopped.
ALTER TABLE "tenants" ADD COLUMN "suspended_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "suspended_reason" text;
--> statement-breakpoint
-- New columns are null, so no row needs checking. The first constraint also refuses a resume by a process that does not know
-- suspensions yet.
ALTER TABLE tenants
  ADD CONSTRAINT tenants_suspended_is_paused CHECK (suspended_at IS NULL OR sending_paused_at IS NOT NULL) NOT VALID,
  ADD CONSTRAINT tenants_suspended_reason CHECK ((suspended_at IS NULL) = (suspended_reason IS NULL)) NOT VALID;
--> statement-breakpoint
-- On behalf of a tenant nobody ends its suspension. A later column that a tenant may change needs a grant of its own.
REVOKE UPDATE ON tenants FROM smscrm_app;
--> statement-breakpoint
GRANT UPDATE (name, timezone, country, currency, daily_budget_cents, monthly_budget_cents, sending_paused_at,
  sending_paused_by, sending_paused_reason, pause_epoch, restore_locked_at, quiet_hours, trust_tenant_zone,
  segments_per_second, cap_per_day, cap_per_week, second_factor_policy, launch_proof_above) ON tenants TO smscrm_app;
