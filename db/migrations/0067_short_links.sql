-- Short links and their clicks. The new column of campaigns has a constant default, so nothing is rewritten.
CREATE TABLE "campaign_clicks" (
	"tenant_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"people" integer DEFAULT 0 NOT NULL,
	"clicks" integer DEFAULT 0 NOT NULL,
	"unnamed" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "campaign_clicks_tenant_id_campaign_id_pk" PRIMARY KEY("tenant_id","campaign_id")
);
--> statement-breakpoint
CREATE TABLE "campaign_links" (
	"tenant_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	"code" text NOT NULL,
	"url" text NOT NULL,
	"base" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"people" integer DEFAULT 0 NOT NULL,
	"clicks" integer DEFAULT 0 NOT NULL,
	"unnamed" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "campaign_links_tenant_id_campaign_id_position_pk" PRIMARY KEY("tenant_id","campaign_id","position")
);
--> statement-breakpoint
CREATE TABLE "clicked_contacts" (
	"tenant_id" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	"last_clicked_at" timestamp with time zone NOT NULL,
	CONSTRAINT "clicked_contacts_tenant_id_contact_id_pk" PRIMARY KEY("tenant_id","contact_id")
);
--> statement-breakpoint
CREATE TABLE "link_clicks" (
	"tenant_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"send_job_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	"device" text NOT NULL,
	"contact_id" uuid NOT NULL,
	"clicked_at" timestamp with time zone NOT NULL,
	CONSTRAINT "link_clicks_once" PRIMARY KEY("tenant_id","campaign_id","send_job_id","position","device")
);
--> statement-breakpoint
CREATE TABLE "link_recipients" (
	"tenant_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"code" text NOT NULL,
	"send_job_id" uuid NOT NULL,
	CONSTRAINT "link_recipients_tenant_id_campaign_id_code_pk" PRIMARY KEY("tenant_id","campaign_id","code")
);
--> statement-breakpoint
CREATE TABLE "link_settings" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"domain" text,
	"domain_token" text,
	"domain_verified_at" timestamp with time zone,
	"allowed_hosts" text[] DEFAULT '{}' NOT NULL,
	"person_clicks" text DEFAULT 'by-law' NOT NULL,
	"expires_days" smallint DEFAULT 90 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "shorten_links" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "campaign_clicks" ADD CONSTRAINT "campaign_clicks_campaign" FOREIGN KEY ("tenant_id","campaign_id") REFERENCES "public"."campaigns"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_links" ADD CONSTRAINT "campaign_links_campaign" FOREIGN KEY ("tenant_id","campaign_id") REFERENCES "public"."campaigns"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "clicked_contacts" ADD CONSTRAINT "clicked_contacts_contact" FOREIGN KEY ("tenant_id","contact_id") REFERENCES "public"."contacts"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "link_settings" ADD CONSTRAINT "link_settings_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "campaign_links_code" ON "campaign_links" USING btree ("code");--> statement-breakpoint
CREATE INDEX "link_clicks_contact" ON "link_clicks" USING btree ("tenant_id","contact_id");--> statement-breakpoint
CREATE INDEX "link_settings_domain" ON "link_settings" USING btree ("domain");
--> statement-breakpoint
ALTER TABLE link_settings ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE link_settings FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON link_settings TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON link_settings TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON link_settings TO smscrm_app;
--> statement-breakpoint
GRANT SELECT ON link_settings TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE campaign_links ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE campaign_links FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON campaign_links TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON campaign_links TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON campaign_links TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON campaign_links TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE campaign_clicks ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE campaign_clicks FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON campaign_clicks TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON campaign_clicks TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON campaign_clicks TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON campaign_clicks TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE link_recipients ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE link_recipients FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON link_recipients TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON link_recipients TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON link_recipients TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON link_recipients TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE link_clicks ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE link_clicks FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON link_clicks TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON link_clicks TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON link_clicks TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON link_clicks TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE clicked_contacts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE clicked_contacts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON clicked_contacts TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON clicked_contacts TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON clicked_contacts TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON clicked_contacts TO smscrm_pipeline;
