-- Texts in several languages, and snippets in texts. Each new column takes a short lock; nothing is rewritten.
CREATE TABLE "campaign_texts" (
	"tenant_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"variant" smallint DEFAULT 1 NOT NULL,
	"language" text DEFAULT '' NOT NULL,
	"body" text NOT NULL,
	CONSTRAINT "campaign_texts_tenant_id_campaign_id_variant_language_pk" PRIMARY KEY("tenant_id","campaign_id","variant","language"),
	CONSTRAINT "campaign_texts_campaign" FOREIGN KEY ("tenant_id","campaign_id") REFERENCES "public"."campaigns"("tenant_id","id") ON DELETE cascade ON UPDATE no action
);
--> statement-breakpoint
CREATE TABLE "template_texts" (
	"tenant_id" uuid NOT NULL,
	"template_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"language" text NOT NULL,
	"body" text NOT NULL,
	CONSTRAINT "template_texts_tenant_id_template_id_version_language_pk" PRIMARY KEY("tenant_id","template_id","version","language"),
	CONSTRAINT "template_texts_version" FOREIGN KEY ("tenant_id","template_id","version") REFERENCES "public"."template_versions"("tenant_id","template_id","version") ON DELETE no action ON UPDATE no action
);
--> statement-breakpoint
CREATE TABLE "snippets" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuid_v7() NOT NULL,
	"name" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"owner_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" uuid NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "snippets_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "snippets_tenant" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX "snippets_name" ON "snippets" USING btree ("tenant_id","name") WHERE removed_at is null;
--> statement-breakpoint
CREATE TABLE "snippet_texts" (
	"tenant_id" uuid NOT NULL,
	"snippet_id" uuid NOT NULL,
	"country" text DEFAULT '' NOT NULL,
	"language" text DEFAULT '' NOT NULL,
	"body" text NOT NULL,
	CONSTRAINT "snippet_texts_tenant_id_snippet_id_country_language_pk" PRIMARY KEY("tenant_id","snippet_id","country","language"),
	CONSTRAINT "snippet_texts_snippet" FOREIGN KEY ("tenant_id","snippet_id") REFERENCES "public"."snippets"("tenant_id","id") ON DELETE no action ON UPDATE no action
);
--> statement-breakpoint
-- The snippets of a launched campaign, as they were then.
CREATE TABLE "campaign_snippets" (
	"tenant_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"name" text NOT NULL,
	"country" text DEFAULT '' NOT NULL,
	"language" text DEFAULT '' NOT NULL,
	"body" text NOT NULL,
	CONSTRAINT "campaign_snippets_tenant_id_campaign_id_name_country_language_pk" PRIMARY KEY("tenant_id","campaign_id","name","country","language"),
	CONSTRAINT "campaign_snippets_campaign" FOREIGN KEY ("tenant_id","campaign_id") REFERENCES "public"."campaigns"("tenant_id","id") ON DELETE cascade ON UPDATE no action
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "language" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "send_jobs" ADD COLUMN "language" text;--> statement-breakpoint
ALTER TABLE "send_jobs" ADD COLUMN "language_reason" text;--> statement-breakpoint
ALTER TABLE "template_versions" ADD COLUMN "language" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "languages" jsonb DEFAULT '{"field": null, "byCountry": {}}' NOT NULL;
--> statement-breakpoint
GRANT UPDATE (languages) ON tenants TO smscrm_app;
--> statement-breakpoint
ALTER TABLE campaign_texts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE campaign_texts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON campaign_texts TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON campaign_texts TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON campaign_texts TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON campaign_texts TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE template_texts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE template_texts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON template_texts TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON template_texts TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON template_texts TO smscrm_app;
--> statement-breakpoint
GRANT SELECT ON template_texts TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE snippets ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE snippets FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON snippets TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON snippets TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON snippets TO smscrm_app;
--> statement-breakpoint
-- A launch at its time locks the snippets that were approved (FOR SHARE), which needs the right to change a column.
GRANT SELECT, UPDATE (updated_at) ON snippets TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE snippet_texts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE snippet_texts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON snippet_texts TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON snippet_texts TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON snippet_texts TO smscrm_app;
--> statement-breakpoint
GRANT SELECT ON snippet_texts TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE campaign_snippets ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE campaign_snippets FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON campaign_snippets TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON campaign_snippets TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON campaign_snippets TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON campaign_snippets TO smscrm_pipeline;
--> statement-breakpoint
-- The names of the snippets in a text, as core/text/snippets.ts reads them.
CREATE FUNCTION snippet_names(body text) RETURNS SETOF text LANGUAGE sql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
  SELECT DISTINCT translate(
    regexp_replace(regexp_replace(regexp_replace(found[1], '^[ \t\r\n\f\v]+', ''), '[ \t\r\n\f\v_-]+', '_', 'g'), '_$', ''),
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')
  FROM regexp_matches(body, '\{\{[ \t\r\n\f\v]*snippet[ \t\r\n\f\v]*:([^{}|]*)\}\}', 'gi') AS found;
$$;
--> statement-breakpoint
-- Keeps the snippets of a campaign's texts as they are now. Again it changes nothing.
CREATE FUNCTION freeze_snippets(the_tenant uuid, the_campaign uuid) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
  INSERT INTO campaign_snippets (tenant_id, campaign_id, name, country, language, body)
  SELECT s.tenant_id, the_campaign, s.name, t.country, t.language, t.body
  FROM snippets s JOIN snippet_texts t ON t.tenant_id = s.tenant_id AND t.snippet_id = s.id
  WHERE s.tenant_id = the_tenant AND s.removed_at IS NULL AND s.name IN (
    SELECT snippet_names(c.body) FROM campaigns c WHERE c.tenant_id = the_tenant AND c.id = the_campaign
    UNION SELECT snippet_names(x.body) FROM campaign_texts x WHERE x.tenant_id = the_tenant AND x.campaign_id = the_campaign)
  ON CONFLICT DO NOTHING;
$$;
--> statement-breakpoint
-- In the transaction of the launch: what was decided about is what goes, whatever somebody saves a moment later.
CREATE FUNCTION launch_freezes_snippets() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM freeze_snippets(NEW.tenant_id, NEW.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER launch_freezes_snippets AFTER UPDATE OF status ON campaigns FOR EACH ROW
  WHEN (OLD.status IN ('draft', 'scheduled') AND NEW.status = 'launching') EXECUTE FUNCTION launch_freezes_snippets();
--> statement-breakpoint
-- Ends the approval of a campaign whose texts change.
CREATE FUNCTION end_approvals_of_text(the_tenant uuid, the_campaign uuid) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
  UPDATE launch_approvals a SET
    status = CASE WHEN a.status = 'returned' THEN 'returned' ELSE 'void' END, ended_at = now(), end_reason = 'changed'
  FROM campaigns c
  WHERE a.tenant_id = the_tenant AND a.campaign_id = the_campaign AND a.ended_at IS NULL
    AND c.tenant_id = a.tenant_id AND c.id = a.campaign_id AND c.status IN ('draft', 'scheduled')
    AND NOT (a.status = 'returned' AND c.status = 'draft');
$$;
--> statement-breakpoint
CREATE FUNCTION text_ends_approvals() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM end_approvals_of_text(coalesce(NEW.tenant_id, OLD.tenant_id), coalesce(NEW.campaign_id, OLD.campaign_id));
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER text_ends_approvals AFTER INSERT OR UPDATE OR DELETE ON campaign_texts FOR EACH ROW EXECUTE FUNCTION text_ends_approvals();
--> statement-breakpoint
CREATE FUNCTION language_ends_approvals() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM end_approvals_of_text(NEW.tenant_id, NEW.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER language_ends_approvals AFTER UPDATE OF language ON campaigns FOR EACH ROW
  WHEN (OLD.language IS DISTINCT FROM NEW.language) EXECUTE FUNCTION language_ends_approvals();
