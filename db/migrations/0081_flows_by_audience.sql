-- Flows that people enter when they come into a saved audience. New columns and a new table: nothing is rewritten.
ALTER TABLE "flow_versions" ADD COLUMN "audience" jsonb;--> statement-breakpoint
ALTER TABLE "flows" ADD COLUMN "audience_due_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "flows" ADD COLUMN "audience_seen_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "flows" ADD COLUMN "audience_round" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE TABLE "flow_audience_members" (
	"tenant_id" uuid NOT NULL,
	"flow_id" uuid NOT NULL,
	"round" integer NOT NULL,
	"contact_id" uuid NOT NULL,
	CONSTRAINT "flow_audience_members_tenant_id_flow_id_round_contact_id_pk" PRIMARY KEY("tenant_id","flow_id","round","contact_id")
);
--> statement-breakpoint
ALTER TABLE "flow_audience_members" ADD CONSTRAINT "flow_audience_members_flow" FOREIGN KEY ("tenant_id","flow_id") REFERENCES "public"."flows"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "flows_audiences_due" ON "flows" USING btree ("audience_due_at") WHERE status = 'live' and trigger_kind = 'audience';--> statement-breakpoint
ALTER TABLE flow_audience_members ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE flow_audience_members FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON flow_audience_members TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON flow_audience_members TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON flow_audience_members TO smscrm_pipeline;
