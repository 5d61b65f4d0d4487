-- Suppression lists, the sign-up form, and redactions that must have their erasure.
-- New tables, and columns without a default: nothing is rewritten.
CREATE TABLE "sign_up_counts" (
	"day" date NOT NULL,
	"key" "bytea" NOT NULL,
	"questions" integer NOT NULL,
	CONSTRAINT "sign_up_counts_day_key_pk" PRIMARY KEY("day","key")
);
--> statement-breakpoint
CREATE TABLE "sign_up_forms" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"address" text NOT NULL,
	"name" text NOT NULL,
	"wording" text NOT NULL,
	"question" text NOT NULL,
	"topics" text[],
	"version" integer DEFAULT 1 NOT NULL,
	"is_open" boolean DEFAULT true NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "suppressed_numbers" (
	"tenant_id" uuid NOT NULL,
	"version_id" uuid NOT NULL,
	"phone_e164" text COLLATE "C" NOT NULL,
	CONSTRAINT "suppressed_numbers_tenant_id_version_id_phone_e164_pk" PRIMARY KEY("tenant_id","version_id","phone_e164")
);
--> statement-breakpoint
CREATE TABLE "suppression_lists" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"register" text NOT NULL,
	"country" char(2) NOT NULL,
	"holds_after_expiry" boolean DEFAULT true NOT NULL,
	"version_id" uuid,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "suppression_versions" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"list_id" uuid NOT NULL,
	"file_name" text NOT NULL,
	"downloaded_on" date NOT NULL,
	"expires_at" timestamp with time zone,
	"numbers" integer DEFAULT 0 NOT NULL,
	"clean" integer DEFAULT 0 NOT NULL,
	"unreadable" integer DEFAULT 0 NOT NULL,
	"uploaded_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"touched_at" timestamp with time zone DEFAULT now() NOT NULL,
	"active_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "opt_in_requests" ADD COLUMN "form_id" uuid;--> statement-breakpoint
ALTER TABLE "opt_in_requests" ADD COLUMN "form_version" integer;--> statement-breakpoint
ALTER TABLE "opt_in_requests" ADD COLUMN "wording" text;--> statement-breakpoint
ALTER TABLE "opt_in_requests" ADD COLUMN "evidence" jsonb;--> statement-breakpoint
ALTER TABLE "opt_in_requests" ADD COLUMN "expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "opt_in_requests" ADD COLUMN "token_hash" "bytea";--> statement-breakpoint
ALTER TABLE "sign_up_forms" ADD CONSTRAINT "sign_up_forms_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suppression_lists" ADD CONSTRAINT "suppression_lists_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suppression_versions" ADD CONSTRAINT "suppression_versions_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "sign_up_forms_address" ON "sign_up_forms" USING btree ("address");--> statement-breakpoint
CREATE INDEX "sign_up_forms_tenant" ON "sign_up_forms" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "suppression_lists_tenant" ON "suppression_lists" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "suppression_versions_list" ON "suppression_versions" USING btree ("tenant_id","list_id","id");--> statement-breakpoint
CREATE INDEX "suppression_versions_expiry" ON "suppression_versions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "opt_in_requests_token" ON "opt_in_requests" USING btree ("token_hash") WHERE token_hash is not null;--> statement-breakpoint
CREATE INDEX "opt_in_requests_unconfirmed" ON "opt_in_requests" USING btree ("expires_at") WHERE confirmed_at is null and expires_at is not null;
--> statement-breakpoint
ALTER TABLE suppression_lists ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE suppression_lists FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON suppression_lists TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON suppression_lists TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE suppression_versions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE suppression_versions FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON suppression_versions TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON suppression_versions TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE suppressed_numbers ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE suppressed_numbers FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON suppressed_numbers TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON suppressed_numbers TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE sign_up_forms ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE sign_up_forms FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON sign_up_forms TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON sign_up_forms TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE sign_up_counts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE sign_up_counts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY pipeline ON sign_up_counts TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON suppression_lists, sign_up_forms TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON suppression_versions TO smscrm_app;
--> statement-breakpoint
GRANT SELECT ON suppressed_numbers TO smscrm_app;
--> statement-breakpoint
GRANT SELECT ON suppression_lists, sign_up_forms TO smscrm_pipeline;
--> statement-breakpoint
GRANT SELECT, DELETE ON suppression_versions TO smscrm_pipeline;
--> statement-breakpoint
GRANT SELECT, UPDATE, DELETE ON suppressed_numbers TO smscrm_pipeline;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_up_counts TO smscrm_pipeline;
--> statement-breakpoint
-- Adds numbers to a version that is being uploaded. Who is erased is added by the keyed hash, so that the number is not
-- stored again and the list still counts if the erasure is lifted. Returns how many were new.
CREATE FUNCTION add_suppressed(tenant uuid, version uuid, phones text[]) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE added int;
BEGIN
  IF current_tenant() IS DISTINCT FROM tenant THEN RAISE EXCEPTION 'not the tenant of this transaction'; END IF;
  PERFORM 1 FROM suppression_versions v
    WHERE v.tenant_id = tenant AND v.id = version AND v.active_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'this version is not being uploaded'; END IF;
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('erasures:' || tenant, 0));
  IF EXISTS (SELECT 1 FROM erasures e WHERE e.tenant_id = tenant AND e.lifted_at IS NULL) THEN
    INSERT INTO suppressed_numbers (tenant_id, version_id, phone_e164)
    SELECT DISTINCT tenant, version, CASE WHEN EXISTS (
        SELECT 1 FROM erasures e WHERE e.tenant_id = tenant AND e.lifted_at IS NULL AND e.number_hash = number_hash(tenant, p.phone))
      THEN 'erased:' || encode(number_hash(tenant, p.phone), 'hex') ELSE p.phone END COLLATE "C" AS phone
    FROM unnest(phones) AS p (phone) ORDER BY phone ON CONFLICT DO NOTHING;
  ELSE
    INSERT INTO suppressed_numbers (tenant_id, version_id, phone_e164)
    SELECT DISTINCT tenant, version, p.phone COLLATE "C" AS phone FROM unnest(phones) AS p (phone) ORDER BY phone
    ON CONFLICT DO NOTHING;
  END IF;
  GET DIAGNOSTICS added = ROW_COUNT;
  UPDATE suppression_versions v SET numbers = numbers + added, touched_at = clock_timestamp() WHERE v.id = version;
  RETURN added;
END $$;
--> statement-breakpoint
-- How an erased person stands on the lists. Null for a tenant that lifted no erasure: then no contact can have such an entry.
CREATE FUNCTION suppression_mark(tenant uuid, phone text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_tenant() <> tenant THEN RAISE EXCEPTION 'not the tenant of this transaction'; END IF;
  IF NOT EXISTS (SELECT 1 FROM erasures e WHERE e.tenant_id = tenant AND e.lifted_at IS NOT NULL) THEN RETURN NULL; END IF;
  RETURN 'erased:' || encode(number_hash(tenant, phone), 'hex');
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION add_suppressed(uuid, uuid, text[]), suppression_mark(uuid, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION add_suppressed(uuid, uuid, text[]) TO smscrm_app;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION suppression_mark(uuid, text) TO smscrm_app, smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE campaigns DROP CONSTRAINT campaigns_kind;
--> statement-breakpoint
-- Every row that the old constraint allowed is allowed by this one, so none has to be read.
ALTER TABLE campaigns ADD CONSTRAINT campaigns_kind
  CHECK (kind IN ('campaign', 'reply', 'test', 'answer', 'confirmation', 'sign-up')) NOT VALID;
--> statement-breakpoint
-- A redaction counts only for an erasure that exists, and that the log itself has an earlier entry of. Any other is an
-- edit that hides itself.
CREATE OR REPLACE FUNCTION verify_audit_log(tenant uuid DEFAULT NULL)
RETURNS TABLE (tenant_id uuid, seq bigint, entry bigint, fault text) LANGUAGE sql STABLE AS $$
  WITH unfounded AS (
    SELECT r.tenant_id, r.seq, r.id FROM audit_log r
    WHERE r.action = 'audit.redact' AND (tenant IS NULL OR r.tenant_id = tenant)
      AND NOT (EXISTS (SELECT 1 FROM erasures e WHERE e.tenant_id = r.tenant_id AND e.id::text = r.object_id)
        AND EXISTS (SELECT 1 FROM audit_log b WHERE b.tenant_id = r.tenant_id AND b.object_id = r.object_id
          AND b.object_kind = 'erasure' AND b.action IN ('privacy.erase', 'privacy.erase-again') AND b.seq < r.seq))
  ), redactions AS (
    SELECT DISTINCT ON (r.tenant_id, one.key::bigint) r.tenant_id, one.key::bigint AS seq, one.value AS says_now
    FROM audit_log r CROSS JOIN LATERAL jsonb_each_text(r.detail -> 'entries') one
    WHERE r.action = 'audit.redact' AND (tenant IS NULL OR r.tenant_id = tenant)
      AND jsonb_typeof(r.detail -> 'entries') = 'object' AND one.key ~ '^[0-9]{1,18}$' AND one.key::bigint < r.seq
      AND r.id NOT IN (SELECT id FROM unfounded)
    ORDER BY r.tenant_id, one.key::bigint, r.seq DESC
  ), links AS (
    SELECT l.tenant_id, l.seq, l.id, l.previous_hash, l.hash, audit_hash(l) AS expected,
      lag(l.seq) OVER chain AS seq_before, lag(l.hash) OVER chain AS hash_before
    FROM audit_log l WHERE tenant IS NULL OR l.tenant_id = tenant
    WINDOW chain AS (PARTITION BY l.tenant_id ORDER BY l.seq, l.id)
  ), ends AS (
    SELECT DISTINCT ON (links.tenant_id) links.tenant_id, links.seq, links.hash
    FROM links ORDER BY links.tenant_id, links.seq DESC, links.id DESC
  )
  SELECT links.tenant_id, links.seq, links.id, 'was edited' FROM links
    LEFT JOIN redactions r ON r.tenant_id = links.tenant_id AND r.seq = links.seq
    WHERE links.hash IS DISTINCT FROM links.expected AND r.says_now IS DISTINCT FROM encode(links.expected, 'hex')
  UNION ALL
  SELECT tenant_id, seq, id, 'removes people without an erasure' FROM unfounded
  UNION ALL
  SELECT links.tenant_id, links.seq, links.id, 'entries before it are missing' FROM links
    WHERE links.seq > coalesce(links.seq_before, 0) + 1
  UNION ALL
  SELECT links.tenant_id, links.seq, links.id, 'has a number that is taken' FROM links
    WHERE links.seq <= coalesce(links.seq_before, 0)
  UNION ALL
  SELECT links.tenant_id, links.seq, links.id, 'does not follow the entry before it' FROM links
    WHERE links.seq = coalesce(links.seq_before, 0) + 1 AND links.previous_hash IS DISTINCT FROM links.hash_before
  UNION ALL
  SELECT t.id, coalesce(greatest(h.seq, ends.seq), 0), NULL,
    CASE WHEN h.tenant_id IS NULL THEN 'the end of the log is not known'
      WHEN coalesce(ends.seq, 0) < h.seq THEN 'the last entries are missing'
      ELSE 'the last entry is not the one that was written last' END
  FROM tenants t LEFT JOIN audit_heads h ON h.tenant_id = t.id LEFT JOIN ends ON ends.tenant_id = t.id
  WHERE (tenant IS NULL OR t.id = tenant)
    AND (h.tenant_id IS NULL OR (coalesce(ends.seq, 0), coalesce(ends.hash, '')) IS DISTINCT FROM (h.seq, h.hash))
  ORDER BY 1, 2, 3
$$;
