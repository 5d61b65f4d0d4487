-- Consent as records that decide: purposes, wording, method, event. Preferences for each purpose and topic. Double opt-in.
CREATE TABLE "contact_preferences" (
	"tenant_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"subject" text NOT NULL,
	"source" text NOT NULL,
	"note" text,
	"recorded_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "contact_preferences_tenant_id_phone_e164_subject_pk" PRIMARY KEY("tenant_id","phone_e164","subject")
);
--> statement-breakpoint
CREATE TABLE "opt_in_keywords" (
	"tenant_id" uuid NOT NULL,
	"keyword" text NOT NULL,
	"question" text NOT NULL,
	"topics" text[],
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "opt_in_keywords_tenant_id_keyword_pk" PRIMARY KEY("tenant_id","keyword")
);
--> statement-breakpoint
CREATE TABLE "opt_in_requests" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"source" text NOT NULL,
	"origin" text NOT NULL,
	"question" text NOT NULL,
	"topics" text[],
	"campaign_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"confirmed_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "purpose" text DEFAULT 'marketing' NOT NULL;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "topic" text;--> statement-breakpoint
ALTER TABLE "consents" ADD COLUMN "method" text;--> statement-breakpoint
ALTER TABLE "consents" ADD COLUMN "wording" text;--> statement-breakpoint
ALTER TABLE "consents" ADD COLUMN "given_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "consents" ADD COLUMN "purposes" text[];--> statement-breakpoint
ALTER TABLE "consents" ADD COLUMN "topics" text[];--> statement-breakpoint
ALTER TABLE "consents" ADD COLUMN "event" text;--> statement-breakpoint
ALTER TABLE "consents" ADD COLUMN "event_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "consents" ADD COLUMN "withdraws" uuid;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "consent_summary" jsonb;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "consent" jsonb;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "topics" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "contact_preferences" ADD CONSTRAINT "contact_preferences_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "opt_in_keywords" ADD CONSTRAINT "opt_in_keywords_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "opt_in_requests" ADD CONSTRAINT "opt_in_requests_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "opt_in_requests_phone" ON "opt_in_requests" USING btree ("tenant_id","phone_e164","id");
--> statement-breakpoint
ALTER TABLE campaigns ADD CONSTRAINT campaigns_purpose
  CHECK (purpose IN ('marketing', 'transactional', 'service', 'emergency') AND (topic IS NULL OR purpose = 'marketing')) NOT VALID;
--> statement-breakpoint
-- Answers are not marketing. The gates say so by their kind; the column says it to people.
UPDATE campaigns SET purpose = 'transactional' WHERE kind IN ('reply', 'answer', 'confirmation');
--> statement-breakpoint
ALTER TABLE consents ADD CONSTRAINT consents_event
  CHECK (event IN ('purchase', 'contract', 'enquiry', 'membership', 'donation', 'volunteering')) NOT VALID;
--> statement-breakpoint
ALTER TABLE contact_preferences ADD CONSTRAINT contact_preferences_subject
  CHECK (subject ~ '^(marketing(:.{1,40})?|transactional|service)$');
--> statement-breakpoint
GRANT UPDATE (topics) ON tenants TO smscrm_app;
--> statement-breakpoint
ALTER TABLE contact_preferences ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE contact_preferences FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON contact_preferences TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON contact_preferences TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON contact_preferences TO smscrm_app, smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE opt_in_keywords ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE opt_in_keywords FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON opt_in_keywords TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON opt_in_keywords TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON opt_in_keywords TO smscrm_app;
--> statement-breakpoint
GRANT SELECT ON opt_in_keywords TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE opt_in_requests ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE opt_in_requests FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON opt_in_requests TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON opt_in_requests TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON opt_in_requests TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON opt_in_requests TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE inbound_messages DROP CONSTRAINT inbound_messages_decision;
--> statement-breakpoint
ALTER TABLE inbound_messages ADD CONSTRAINT inbound_messages_decision
  CHECK (decision IN ('opted-out', 'dismissed', 'preference') AND decided_at IS NOT NULL OR decision IS NULL) NOT VALID;
--> statement-breakpoint
-- One consent as the gates read it: an entry of contacts.consent_summary (core/consent/summary.ts). Times are written in UTC, so
-- that the same consent is the same text in every session.
CREATE FUNCTION consent_parts(basis text, at timestamptz, how text, wording boolean, purposes text[], topics text[], event text,
  event_at timestamptz, ends timestamptz) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('basis', basis,
    'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'how', how,
    'wording', CASE WHEN wording THEN true END, 'purposes', to_jsonb(purposes), 'topics', to_jsonb(topics),
    'event', CASE WHEN event IS NOT NULL THEN jsonb_build_object('kind', event,
      'at', to_char(event_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) END,
    'ends', to_char(ends AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
$$;
--> statement-breakpoint
-- The entry of a record. Records from before have how they were given in their evidence.
CREATE FUNCTION consent_entry(c consents) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT consent_parts(c.basis, coalesce(c.given_at, c.created_at),
    coalesce(c.method, left(coalesce(c.evidence ->> 'statement', c.evidence ->> 'note'), 100)), c.wording IS NOT NULL,
    c.purposes, c.topics, c.event, c.event_at, c.expires_at)
$$;
--> statement-breakpoint
-- A contact's summary. A basis that was written by hand, without a record, is a consent without evidence; who has withdrawn
-- theirs, or gave none, keeps only what they refused.
CREATE FUNCTION consents_held(summary jsonb, basis text, at timestamptz, ends timestamptz) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN basis IN ('unknown', 'withdrawn') THEN coalesce(summary, '{}') - 'given'
    WHEN jsonb_array_length(coalesce(summary -> 'given', '[]')) > 0 THEN summary
    ELSE coalesce(summary, '{}') || jsonb_build_object('given', jsonb_build_array(
      consent_parts(basis, coalesce(at, '2000-01-01Z'), NULL, false, NULL, NULL, NULL, NULL, ends))) END
$$;
--> statement-breakpoint
-- Adds a consent to a summary. Of consents that differ only in their dates the latest event, or the latest consent, stays; at most
-- twenty stay.
CREATE FUNCTION merge_consent(summary jsonb, entry jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(summary, '{}') || jsonb_build_object('given', (
    SELECT jsonb_agg(e ORDER BY n) FROM (
      SELECT e, n FROM (
        SELECT DISTINCT ON (kind) e, n FROM (
          SELECT e, n, jsonb_build_array(e -> 'basis', e ? 'how', e -> 'wording', e -> 'purposes', e -> 'topics',
            e #> '{event,kind}') AS kind, coalesce(e #>> '{event,at}', e ->> 'at') AS latest
          FROM jsonb_array_elements(coalesce(summary -> 'given', '[]') || jsonb_build_array(entry)) WITH ORDINALITY AS g (e, n)
        ) kinds ORDER BY kind, latest DESC NULLS LAST, n DESC
      ) each ORDER BY n DESC LIMIT 20
    ) kept))
$$;
--> statement-breakpoint
-- The strongest basis in a summary, for lists and counts.
CREATE FUNCTION strongest_basis(summary jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce((
    SELECT e ->> 'basis' FROM jsonb_array_elements(coalesce(summary -> 'given', '[]')) AS g (e)
    ORDER BY array_position(array['express', 'inferred', 'transactional'], e ->> 'basis') LIMIT 1), 'unknown')
$$;
--> statement-breakpoint
-- What a person refused is copied to the contact, also to one that is made later.
CREATE FUNCTION copy_preferences(tenants uuid[], phones text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE contacts c SET updated_at = now(), consent_summary = coalesce(c.consent_summary, '{}') || jsonb_build_object('refused', coalesce((
    SELECT jsonb_agg(r.subject ORDER BY r.subject) FROM contact_preferences r
    WHERE r.tenant_id = c.tenant_id AND r.phone_e164 = c.phone_e164), '[]'))
  FROM (SELECT DISTINCT tenant_id, phone_e164 FROM unnest(tenants, phones) AS u (tenant_id, phone_e164)) p
  WHERE c.tenant_id = p.tenant_id AND c.phone_e164 = p.phone_e164
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION copy_preferences(uuid[], text[]) FROM PUBLIC;
--> statement-breakpoint
CREATE FUNCTION copy_new_preferences() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM copy_preferences(array_agg(tenant_id), array_agg(phone_e164)) FROM new_rows;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION copy_lifted_preferences() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM copy_preferences(array_agg(tenant_id), array_agg(phone_e164)) FROM old_rows;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION recall_preferences() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- Most tenants have none, and an import inserts thousands of contacts at a time.
  IF EXISTS (SELECT 1 FROM contact_preferences r WHERE r.tenant_id = (SELECT tenant_id FROM new_rows LIMIT 1)) THEN
    PERFORM copy_preferences(array_agg(r.tenant_id), array_agg(r.phone_e164)) FROM new_rows n
      JOIN contact_preferences r ON r.tenant_id = n.tenant_id AND r.phone_e164 = n.phone_e164;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER copy_new AFTER INSERT ON contact_preferences REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION copy_new_preferences();
--> statement-breakpoint
CREATE TRIGGER copy_lifted AFTER DELETE ON contact_preferences REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION copy_lifted_preferences();
--> statement-breakpoint
CREATE TRIGGER recall_preferences AFTER INSERT ON contacts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION recall_preferences();
--> statement-breakpoint
-- What is on record today, from each contact's latest record of its basis. What has no record has no evidence.
UPDATE contacts c SET consent_summary = jsonb_build_object('given', jsonb_build_array(r.entry))
FROM (
  SELECT DISTINCT ON (tenant_id, phone_e164, basis) tenant_id, phone_e164, basis, consent_entry(consents) AS entry
  FROM consents WHERE basis IN ('express', 'inferred', 'transactional') AND NOT evidence ? 'restores'
  ORDER BY tenant_id, phone_e164, basis, id DESC
) r
WHERE r.tenant_id = c.tenant_id AND r.phone_e164 = c.phone_e164 AND r.basis = coalesce((
  SELECT s.evidence -> 'before' ->> 'basis' FROM consents s
  WHERE c.consent_basis = 'withdrawn' AND s.tenant_id = c.tenant_id AND s.phone_e164 = c.phone_e164 AND s.evidence ? 'before'
  ORDER BY s.id DESC LIMIT 1), c.consent_basis);
