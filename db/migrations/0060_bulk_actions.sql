-- Bulk actions on contacts. Their change log and their undo are those of imports (0050): two small new tables.
CREATE TABLE "bulk_actions" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"change" jsonb NOT NULL,
	"target" jsonb NOT NULL,
	"reason" text,
	"status" text DEFAULT 'queued' NOT NULL,
	"total" integer NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"changed" integer DEFAULT 0 NOT NULL,
	"unchanged" integer DEFAULT 0 NOT NULL,
	"kept_opted_out" integer DEFAULT 0 NOT NULL,
	"messages_canceled" integer DEFAULT 0 NOT NULL,
	"position_id" uuid,
	"error" text,
	"lease_until" timestamp with time zone,
	"leased_by" text,
	"requested_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"swept_at" timestamp with time zone,
	CONSTRAINT "bulk_actions_tenant_id" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "bulk_targets" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"action_id" uuid NOT NULL,
	"contact_ids" uuid[] NOT NULL
);
--> statement-breakpoint
ALTER TABLE "bulk_actions" ADD CONSTRAINT "bulk_actions_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_targets" ADD CONSTRAINT "bulk_targets_action_id" FOREIGN KEY ("tenant_id","action_id") REFERENCES "public"."bulk_actions"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_actions_open" ON "bulk_actions" USING btree ("status","created_at") WHERE status in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "bulk_actions_logged" ON "bulk_actions" USING btree ("finished_at") WHERE swept_at is null;--> statement-breakpoint
CREATE INDEX "bulk_targets_action" ON "bulk_targets" USING btree ("tenant_id","action_id","id");
--> statement-breakpoint
ALTER TABLE "bulk_actions" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "bulk_actions" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON "bulk_actions" TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON "bulk_actions" TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "bulk_actions" TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, UPDATE ON "bulk_actions" TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE "bulk_targets" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "bulk_targets" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON "bulk_targets" TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON "bulk_targets" TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON "bulk_targets" TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, DELETE ON "bulk_targets" TO smscrm_pipeline;
