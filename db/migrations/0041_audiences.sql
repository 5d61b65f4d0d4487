-- Custom fields with types, saved audiences, and when each number was last texted. Nothing is rewritten: the values of
-- fields stay in contacts.custom, and the worker fills texted_numbers from the attempts in small batches.
CREATE TABLE "audience_versions" (
	"tenant_id" uuid NOT NULL,
	"audience_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"name" text NOT NULL,
	"definition" jsonb NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audience_versions_audience_id_version_pk" PRIMARY KEY("audience_id","version")
);
--> statement-breakpoint
CREATE TABLE "audiences" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" uuid,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "audiences_tenant_id" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "texted_backfill" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"swept_from" uuid,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "texted_numbers" (
	"tenant_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"last_texted_at" timestamp with time zone NOT NULL,
	CONSTRAINT "texted_numbers_tenant_id_phone_e164_pk" PRIMARY KEY("tenant_id","phone_e164")
);
--> statement-breakpoint
CREATE TABLE "contact_fields" (
	"tenant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"label" text NOT NULL,
	"type" text NOT NULL,
	"choices" text[] DEFAULT '{}'::text[] NOT NULL,
	"mergeable" boolean DEFAULT true NOT NULL,
	"position" integer NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "contact_fields_tenant_id_name_pk" PRIMARY KEY("tenant_id","name"),
	CONSTRAINT "contact_fields_type" CHECK ("type" IN ('text', 'number', 'date', 'yes-no', 'choice'))
);
--> statement-breakpoint
ALTER TABLE "audience_versions" ADD CONSTRAINT "audience_versions_tenant_id_audience_id_audiences_tenant_id_id_fk" FOREIGN KEY ("tenant_id","audience_id") REFERENCES "public"."audiences"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audiences" ADD CONSTRAINT "audiences_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contact_fields" ADD CONSTRAINT "contact_fields_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "audiences_name" ON "audiences" USING btree ("tenant_id",lower(name)) WHERE removed_at is null;
--> statement-breakpoint
ALTER TABLE contact_fields ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE contact_fields FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON contact_fields TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON contact_fields TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON contact_fields TO smscrm_app;
--> statement-breakpoint
GRANT SELECT ON contact_fields TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE audiences ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audiences FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON audiences TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON audiences TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON audiences TO smscrm_app;
--> statement-breakpoint
GRANT SELECT ON audiences TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE audience_versions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audience_versions FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON audience_versions TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON audience_versions TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON audience_versions TO smscrm_app;
--> statement-breakpoint
GRANT SELECT ON audience_versions TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE texted_numbers ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE texted_numbers FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON texted_numbers TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON texted_numbers TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON texted_numbers TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON texted_numbers TO smscrm_pipeline;
--> statement-breakpoint
-- Every text to a known person changes a row: with room in the pages, no index entry is written.
ALTER TABLE texted_numbers SET (fillfactor = 70);
--> statement-breakpoint
GRANT SELECT ON texted_backfill TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, UPDATE ON texted_backfill TO smscrm_pipeline;
--> statement-breakpoint
INSERT INTO texted_backfill (one) VALUES (true);
--> statement-breakpoint
-- The first UUIDv7 of a millisecond, to compare the time in an id without reading it out of every row. IMMUTABLE: the
-- epoch of an instant does not depend on the session's time zone.
CREATE FUNCTION uuid_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex(ceil(extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
