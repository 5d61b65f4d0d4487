-- Flows. New tables, and triggers that find nothing to do while no flow is on.
CREATE TABLE "flow_events" (
	"tenant_id" uuid NOT NULL,
	"key" text NOT NULL,
	"event" text NOT NULL,
	"contact_id" uuid NOT NULL,
	"entered" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "flow_events_tenant_id_key_pk" PRIMARY KEY("tenant_id","key")
);
--> statement-breakpoint
CREATE TABLE "flow_people" (
	"tenant_id" uuid NOT NULL,
	"flow_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"contact_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"cause" jsonb NOT NULL,
	"line" smallint DEFAULT 0 NOT NULL,
	"arrived_at" timestamp with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"message_campaign_id" uuid,
	"expects_reply" boolean DEFAULT false NOT NULL,
	"replied_at" timestamp with time zone,
	"trail" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"entered_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"end_reason" text,
	CONSTRAINT "flow_people_tenant_id_flow_id_phone_e164_pk" PRIMARY KEY("tenant_id","flow_id","phone_e164")
);
--> statement-breakpoint
CREATE TABLE "flow_versions" (
	"tenant_id" uuid NOT NULL,
	"flow_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"definition" jsonb NOT NULL,
	"ops" jsonb NOT NULL,
	"campaigns" jsonb NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "flow_versions_tenant_id_flow_id_version_pk" PRIMARY KEY("tenant_id","flow_id","version")
);
--> statement-breakpoint
CREATE TABLE "flows" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"draft" jsonb NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"trigger_kind" text,
	"trigger_value" text,
	"trigger_days" integer,
	"date_due_at" timestamp with time zone,
	"created_by" uuid,
	"updated_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"live_at" timestamp with time zone,
	"emptied_at" timestamp with time zone,
	CONSTRAINT "flows_tenant_id" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "flow_events" ADD CONSTRAINT "flow_events_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flow_people" ADD CONSTRAINT "flow_people_version" FOREIGN KEY ("tenant_id","flow_id","version") REFERENCES "public"."flow_versions"("tenant_id","flow_id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flow_versions" ADD CONSTRAINT "flow_versions_flow" FOREIGN KEY ("tenant_id","flow_id") REFERENCES "public"."flows"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flows" ADD CONSTRAINT "flows_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "flow_events_contact" ON "flow_events" USING btree ("contact_id");--> statement-breakpoint
CREATE INDEX "flow_events_created" ON "flow_events" USING brin ("created_at");--> statement-breakpoint
CREATE INDEX "flow_people_due" ON "flow_people" USING btree ("flow_id","due_at") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "flow_people_lines" ON "flow_people" USING btree ("flow_id","version","line") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "flow_people_newest" ON "flow_people" USING btree ("flow_id","entered_at","phone_e164");--> statement-breakpoint
CREATE INDEX "flow_people_person" ON "flow_people" USING btree ("tenant_id","phone_e164") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "flow_people_contact" ON "flow_people" USING btree ("contact_id") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "flows_name" ON "flows" USING btree ("tenant_id",lower(name)) WHERE status <> 'stopped';--> statement-breakpoint
CREATE INDEX "flows_triggers" ON "flows" USING btree ("tenant_id","trigger_kind","trigger_value") WHERE status = 'live';
--> statement-breakpoint
ALTER TABLE campaigns DROP CONSTRAINT campaigns_kind;
--> statement-breakpoint
-- The constraint before allowed fewer kinds, so every row fits: it is not checked again.
ALTER TABLE campaigns ADD CONSTRAINT campaigns_kind
  CHECK (kind IN ('campaign', 'flow', 'reply', 'test', 'answer', 'confirmation', 'sign-up', 'code')) NOT VALID;
--> statement-breakpoint
ALTER TABLE flows ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE flows FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON flows TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON flows TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON flows TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, UPDATE ON flows TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE flow_versions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE flow_versions FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON flow_versions TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON flow_versions TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON flow_versions TO smscrm_app;
--> statement-breakpoint
GRANT SELECT ON flow_versions TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE flow_people ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE flow_people FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON flow_people TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON flow_people TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON flow_people TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON flow_people TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE flow_events ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE flow_events FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON flow_events TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON flow_events TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON flow_events TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON flow_events TO smscrm_pipeline;
--> statement-breakpoint
-- Whether a flow takes people in. After a restore none does until somebody resumes it: who got which step is unknown.
CREATE FUNCTION takes_people(flows) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT $1.status = 'live' AND $1.live_at > coalesce((SELECT max(locked_at) FROM restores), '-infinity')
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION takes_people(flows) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION takes_people(flows) TO smscrm_app, smscrm_pipeline;
--> statement-breakpoint
-- A contact enters by a tag that is new to them, added by an import, a person or a flow.
CREATE FUNCTION enter_flows_by_tag(tenant uuid, contact uuid, phone text, added text[]) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO flow_people (tenant_id, flow_id, phone_e164, contact_id, version, cause)
  SELECT f.tenant_id, f.id, phone, contact, f.version, jsonb_build_object('kind', 'tag', 'tag', f.trigger_value)
  FROM flows f
  WHERE f.tenant_id = tenant AND f.status = 'live' AND f.trigger_kind = 'tag' AND f.trigger_value = ANY (added)
    AND takes_people(f)
    AND NOT EXISTS (SELECT 1 FROM do_not_contact d WHERE d.tenant_id = tenant AND d.phone_e164 = phone)
  ON CONFLICT DO NOTHING
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION enter_flows_by_tag(uuid, uuid, text, text[]) FROM PUBLIC;
--> statement-breakpoint
CREATE FUNCTION note_new_tags() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM flows WHERE status = 'live' AND trigger_kind = 'tag') THEN RETURN NULL; END IF;
  PERFORM enter_flows_by_tag(n.tenant_id, n.id, n.phone_e164, n.tags) FROM new_rows n
  WHERE EXISTS (SELECT 1 FROM flows f WHERE f.tenant_id = n.tenant_id AND f.status = 'live' AND f.trigger_kind = 'tag'
    AND f.trigger_value = ANY (n.tags));
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION note_changed_tags() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM flows WHERE status = 'live' AND trigger_kind = 'tag') THEN RETURN NULL; END IF;
  PERFORM enter_flows_by_tag(n.tenant_id, n.id, n.phone_e164,
    ARRAY(SELECT unnest(n.tags) EXCEPT SELECT unnest(o.tags))) FROM new_rows n JOIN old_rows o USING (id)
  WHERE n.tags <> o.tags AND EXISTS (SELECT 1 FROM flows f WHERE f.tenant_id = n.tenant_id AND f.status = 'live'
    AND f.trigger_kind = 'tag' AND f.trigger_value = ANY (n.tags) AND NOT f.trigger_value = ANY (o.tags));
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_new_tags AFTER INSERT ON contacts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_new_tags();
--> statement-breakpoint
CREATE TRIGGER note_changed_tags AFTER UPDATE ON contacts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_changed_tags();
--> statement-breakpoint
-- Who is on the do-not-contact list is in no flow, from the commit that puts them there.
CREATE FUNCTION leave_flows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE flow_people p SET ended_at = clock_timestamp(), end_reason = 'opted-out', expects_reply = false
  FROM new_rows n WHERE p.tenant_id = n.tenant_id AND p.phone_e164 = n.phone_e164 AND p.ended_at IS NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER leave_flows AFTER INSERT ON do_not_contact REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION leave_flows();
--> statement-breakpoint
CREATE FUNCTION leave_flows_as_gone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE flow_people p SET ended_at = clock_timestamp(), end_reason = 'contact-gone', expects_reply = false
  FROM old_rows o WHERE p.contact_id = o.id AND p.tenant_id = o.tenant_id AND p.ended_at IS NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER leave_flows AFTER DELETE ON contacts REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION leave_flows_as_gone();
