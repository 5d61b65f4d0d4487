-- Drafts that are launched again and again: a series, and the campaigns that are its occurrences.
CREATE TABLE "campaign_series" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuid_v7() NOT NULL,
	"campaign_id" uuid NOT NULL,
	"rule" jsonb NOT NULL,
	"ends_on" date,
	"sends_late" boolean DEFAULT false NOT NULL,
	"done_through" date NOT NULL,
	"next_at" timestamp with time zone,
	"paused_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "campaign_series_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "series_id" uuid;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "occurs_on" date;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "year_days" jsonb;--> statement-breakpoint
ALTER TABLE "campaign_series" ADD CONSTRAINT "campaign_series_tenant_id_campaign_id_campaigns_tenant_id_id_fk" FOREIGN KEY ("tenant_id","campaign_id") REFERENCES "public"."campaigns"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "campaign_series_draft" ON "campaign_series" USING btree ("tenant_id","campaign_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "campaign_series_due" ON "campaign_series" USING btree ("next_at") WHERE ended_at is null and paused_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "campaigns_occurrence" ON "campaigns" USING btree ("series_id","occurs_on") WHERE series_id is not null;
--> statement-breakpoint
ALTER TABLE campaign_series ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE campaign_series FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON campaign_series TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON campaign_series TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON campaign_series TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, UPDATE ON campaign_series TO smscrm_pipeline;
