CREATE TABLE "country_rules" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"revision" bigint NOT NULL,
	"country" char(2) NOT NULL,
	"part" text NOT NULL,
	"body" jsonb,
	"source" text,
	"checked_on" date,
	"note" text,
	"valid_from" timestamp with time zone NOT NULL,
	"made_by" uuid,
	"by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "country_rules_revision_unique" UNIQUE("revision")
);
--> statement-breakpoint
CREATE TABLE "country_rules_state" (
	"single" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"revision" bigint DEFAULT 0 NOT NULL,
	"token" uuid DEFAULT gen_random_uuid() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "country_rules" ADD CONSTRAINT "country_rules_made_by_users_id_fk" FOREIGN KEY ("made_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "country_rules_part" ON "country_rules" USING btree ("country","part","revision");
--> statement-breakpoint
ALTER TABLE country_rules
  ADD CONSTRAINT country_rules_country CHECK (country ~ '^[A-Z]{2}$'),
  ADD CONSTRAINT country_rules_known_part
    CHECK (part IN ('price', 'hours', 'holidays', 'consent', 'sender', 'wording', 'states', 'replies')),
  -- No rule without its source.
  ADD CONSTRAINT country_rules_sourced CHECK (body IS NULL OR (source IS NOT NULL AND source ~ '^https://' AND checked_on IS NOT NULL)),
  ADD CONSTRAINT country_rules_size CHECK (octet_length(body::text) <= 200000);
--> statement-breakpoint
ALTER TABLE country_rules_state ADD CONSTRAINT country_rules_state_single CHECK (single);
--> statement-breakpoint
INSERT INTO country_rules_state DEFAULT VALUES;
--> statement-breakpoint
-- The lock on the one row makes revisions follow the order of commits. A rule never begins before it was written.
CREATE FUNCTION number_country_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE country_rules_state SET revision = revision + 1, token = gen_random_uuid() RETURNING revision INTO NEW.revision;
  NEW.created_at := clock_timestamp();
  NEW.valid_from := greatest(NEW.valid_from, NEW.created_at);
  RETURN NEW;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION number_country_rules() FROM PUBLIC;
--> statement-breakpoint
CREATE TRIGGER number_versions BEFORE INSERT ON country_rules FOR EACH ROW EXECUTE FUNCTION number_country_rules();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON country_rules FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
-- They hold for every tenant, so every role reads all of them. Only the platform's pages write, with their own role.
ALTER TABLE country_rules ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE country_rules FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE country_rules_state ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY everybody ON country_rules FOR SELECT USING (true);
--> statement-breakpoint
CREATE POLICY everybody ON country_rules_state FOR SELECT USING (true);
--> statement-breakpoint
-- As on every table; its grants let it read alone.
CREATE POLICY pipeline ON country_rules TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY pipeline ON country_rules_state TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY platform ON country_rules FOR INSERT TO smscrm_platform WITH CHECK (true);
--> statement-breakpoint
REVOKE ALL ON country_rules, country_rules_state FROM smscrm_app, smscrm_pipeline, smscrm_platform;
--> statement-breakpoint
GRANT SELECT ON country_rules, country_rules_state TO smscrm_app, smscrm_pipeline;
--> statement-breakpoint
-- What it needs to see whose change came first.
GRANT SELECT (id, revision, country, part, source, checked_on, note, valid_from, by, created_at) ON country_rules TO smscrm_platform;
--> statement-breakpoint
GRANT INSERT (country, part, body, source, checked_on, note, valid_from, made_by, by) ON country_rules TO smscrm_platform;
