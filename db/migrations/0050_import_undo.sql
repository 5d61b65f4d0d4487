-- The change log of imports: what each contact was before, for 30 days, and the undo of an import. The new column takes a
-- short lock and rewrites nothing; imports from before have no log and can't be undone.
CREATE TABLE "contact_additions" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"import_id" uuid NOT NULL,
	"contact_ids" uuid[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contact_changes" (
	"tenant_id" uuid NOT NULL,
	"import_id" uuid NOT NULL,
	"kind" smallint NOT NULL,
	"contact_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"before" jsonb NOT NULL,
	"after" jsonb NOT NULL,
	"kept" text[],
	CONSTRAINT "contact_changes_import_id_kind_contact_id_pk" PRIMARY KEY("import_id","kind","contact_id")
);
--> statement-breakpoint
CREATE TABLE "import_undos" (
	"import_id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"reason" text NOT NULL,
	"run" integer DEFAULT 1 NOT NULL,
	"total" integer DEFAULT 0 NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"restored" integer DEFAULT 0 NOT NULL,
	"removed" integer DEFAULT 0 NOT NULL,
	"kept" integer DEFAULT 0 NOT NULL,
	"consents_ended" integer DEFAULT 0 NOT NULL,
	"position_kind" smallint DEFAULT 0 NOT NULL,
	"position_id" uuid,
	"error" text,
	"lease_until" timestamp with time zone,
	"leased_by" text,
	"requested_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "is_logged" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "import_undos" ADD CONSTRAINT "import_undos_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contact_additions_import" ON "contact_additions" USING btree ("import_id","id");--> statement-breakpoint
CREATE INDEX "contact_changes_person" ON "contact_changes" USING btree ("tenant_id","phone_e164");--> statement-breakpoint
CREATE INDEX "contact_changes_kept" ON "contact_changes" USING btree ("import_id","contact_id") WHERE kept is not null;--> statement-breakpoint
CREATE INDEX "import_undos_open" ON "import_undos" USING btree ("status","created_at") WHERE status in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "imports_logged" ON "imports" USING btree ("finished_at") WHERE is_logged;
--> statement-breakpoint
ALTER TABLE contact_changes ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE contact_changes FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON contact_changes TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON contact_changes TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON contact_changes TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON contact_changes TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE contact_additions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE contact_additions FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON contact_additions TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON contact_additions TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON contact_additions TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON contact_additions TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE import_undos ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE import_undos FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON import_undos TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON import_undos TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON import_undos TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, UPDATE ON import_undos TO smscrm_pipeline;
--> statement-breakpoint
-- An undo deletes hundreds of contacts in one statement. Each part is looked up by itself, in the index of its kind: as a
-- join, the look-up of numbers compared each part with every contact of the tenant.
CREATE OR REPLACE FUNCTION forget_search_parts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM contact_search_parts p USING (
    SELECT DISTINCT tenant_id, 'first' AS kind, first_name_lower COLLATE "C" AS part FROM old_rows
    UNION
    SELECT tenant_id, 'last', last_name_lower COLLATE "C" FROM old_rows
    UNION
    SELECT tenant_id, 'number', left(phone_e164, -4) COLLATE "C" FROM old_rows
  ) gone
  WHERE p.tenant_id = gone.tenant_id AND p.kind = gone.kind AND p.part = gone.part AND CASE p.kind
    WHEN 'first' THEN (
      SELECT true FROM contacts c WHERE c.tenant_id = p.tenant_id AND c.first_name_lower = p.part COLLATE "default" LIMIT 1)
    WHEN 'last' THEN (
      SELECT true FROM contacts c WHERE c.tenant_id = p.tenant_id AND c.last_name_lower = p.part COLLATE "default" LIMIT 1)
    ELSE (
      SELECT true FROM contacts c WHERE c.tenant_id = p.tenant_id
        AND c.phone_e164 BETWEEN ((p.part || '0000') COLLATE "default") AND ((p.part || '9999') COLLATE "default") LIMIT 1)
  END IS NULL;
  RETURN NULL;
END $$;
