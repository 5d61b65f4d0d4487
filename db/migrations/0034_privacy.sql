-- Erasures, redactions of the audit log, and retention. See docs/decisions for why it is built so.
-- The new column and the dropped key take a short lock each; nothing is rewritten.
CREATE TABLE "erasures" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"number_hash" "bytea" NOT NULL,
	"listed_by" text,
	"reason" text NOT NULL,
	"requested_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"pending" jsonb,
	"contact_ids" uuid[] DEFAULT '{}'::uuid[] NOT NULL,
	"finished_at" timestamp with time zone,
	"checked_at" timestamp with time zone,
	"receipt" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"lifted_at" timestamp with time zone,
	"lifted_by" uuid,
	"lift_reason" text
);
--> statement-breakpoint
CREATE TABLE "retention_rules" (
	"tenant_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"months" integer NOT NULL,
	"changed_by" uuid,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"swept_until" uuid,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "retention_rules_tenant_id_kind_pk" PRIMARY KEY("tenant_id","kind")
);
--> statement-breakpoint
CREATE TABLE "retention_sweeps" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"removed" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "salt" "bytea";--> statement-breakpoint
ALTER TABLE "erasures" ADD CONSTRAINT "erasures_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retention_rules" ADD CONSTRAINT "retention_rules_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retention_sweeps" ADD CONSTRAINT "retention_sweeps_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "erasures_in_force" ON "erasures" USING btree ("tenant_id","number_hash") WHERE lifted_at is null;--> statement-breakpoint
CREATE INDEX "erasures_newest" ON "erasures" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "erasures_open" ON "erasures" USING btree ("created_at") WHERE checked_at is null;--> statement-breakpoint
CREATE INDEX "retention_rules_due" ON "retention_rules" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "retention_sweeps_newest" ON "retention_sweeps" USING btree ("tenant_id","id");--> statement-breakpoint
ALTER TABLE erasures ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE erasures FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON erasures TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON erasures TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE retention_rules ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE retention_rules FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON retention_rules TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON retention_rules TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE retention_sweeps ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE retention_sweeps FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON retention_sweeps FOR SELECT TO smscrm_app USING (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON retention_sweeps TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
-- The API lists erasures and lifts them. Only the pipeline's role makes them.
GRANT SELECT ON erasures, retention_sweeps TO smscrm_app;
--> statement-breakpoint
GRANT UPDATE (lifted_at, lifted_by, lift_reason) ON erasures TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON retention_rules TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON erasures, retention_sweeps TO smscrm_pipeline;
--> statement-breakpoint
GRANT SELECT, UPDATE ON retention_rules TO smscrm_pipeline;
--> statement-breakpoint
-- An erased person's messages stay, because their money counts; their contact does not.
ALTER TABLE send_jobs DROP CONSTRAINT send_jobs_contact;
--> statement-breakpoint
-- The key of the hashes of erased numbers: one for the installation. No role may read it; the functions below use it.
-- The pads are those of HMAC (RFC 2104), computed once.
CREATE TABLE number_hash_key (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  key bytea NOT NULL CHECK (octet_length(key) = 32),
  inner_pad bytea NOT NULL,
  outer_pad bytea NOT NULL
);
--> statement-breakpoint
REVOKE ALL ON number_hash_key FROM PUBLIC, smscrm_app, smscrm_auth, smscrm_pipeline, smscrm_platform;
--> statement-breakpoint
CREATE FUNCTION hmac_pad(key bytea, pad int) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT decode(string_agg(lpad(to_hex((CASE WHEN n < octet_length(key) THEN get_byte(key, n) ELSE 0 END) # pad), 2, '0'), '' ORDER BY n), 'hex')
  FROM generate_series(0, 63) n
$$;
--> statement-breakpoint
INSERT INTO number_hash_key (key, inner_pad, outer_pad)
SELECT made.key, hmac_pad(made.key, 54), hmac_pad(made.key, 92)
FROM (SELECT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) AS key) made;
--> statement-breakpoint
-- HMAC-SHA256 of a tenant and a number: the same person has another hash with each tenant.
CREATE FUNCTION number_hash(tenant uuid, phone text) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN (SELECT sha256(k.outer_pad || sha256(k.inner_pad || convert_to(tenant::text || ':' || phone, 'UTF8'))) FROM number_hash_key k);
END $$;
--> statement-breakpoint
-- For the list of erasures outside of the database.
CREATE FUNCTION read_number_hash_key() RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT key FROM number_hash_key $$;
--> statement-breakpoint
-- After a restore of a backup from before the key: the list's key comes back, so that its hashes are found.
CREATE FUNCTION restore_number_hash_key(restored bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT key FROM number_hash_key) = restored THEN RETURN true; END IF;
  IF EXISTS (SELECT 1 FROM erasures) THEN RETURN false; END IF;
  UPDATE number_hash_key SET key = restored, inner_pad = hmac_pad(restored, 54), outer_pad = hmac_pad(restored, 92);
  RETURN true;
END $$;
--> statement-breakpoint
-- Since when a number is erased; null: it is not. Takes no lock: for claims.
CREATE FUNCTION erased_since(tenant uuid, phone text) RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_tenant() <> tenant THEN RAISE EXCEPTION 'not the tenant of this transaction'; END IF;
  IF NOT EXISTS (SELECT 1 FROM erasures e WHERE e.tenant_id = tenant AND e.lifted_at IS NULL) THEN RETURN NULL; END IF;
  RETURN (SELECT e.created_at FROM erasures e
    WHERE e.tenant_id = tenant AND e.lifted_at IS NULL AND e.number_hash = number_hash(tenant, phone));
END $$;
--> statement-breakpoint
-- Which of these numbers are erased. Until the caller's transaction ends, no erasure of the tenant begins: so what it
-- writes about the others is seen by the next erasure.
CREATE FUNCTION erased_among(tenant uuid, phones text[]) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_tenant() <> tenant THEN RAISE EXCEPTION 'not the tenant of this transaction'; END IF;
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('erasures:' || tenant, 0));
  IF NOT EXISTS (SELECT 1 FROM erasures e WHERE e.tenant_id = tenant AND e.lifted_at IS NULL) THEN RETURN; END IF;
  RETURN QUERY SELECT given.phone FROM (SELECT DISTINCT unnest(phones) AS phone) given
    WHERE EXISTS (SELECT 1 FROM erasures e
      WHERE e.tenant_id = tenant AND e.lifted_at IS NULL AND e.number_hash = number_hash(tenant, given.phone));
END $$;
--> statement-breakpoint
-- What was written once stays, with one exception: the functions below remove a person's data on erasure.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME IN ('audit_log', 'consents') AND current_setting('app.redacting', true) = 'on'
    AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
  THEN RETURN NULL; END IF;
  RAISE EXCEPTION '% is append-only: add a new row instead', TG_TABLE_NAME;
END $$;
--> statement-breakpoint
-- An entry's salt is part of its hash, so that nobody can find a redacted number by trying all numbers.
CREATE OR REPLACE FUNCTION audit_hash(entry audit_log) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(audit_field(CASE WHEN entry.salt IS NULL THEN '2'::text ELSE '3' END)
    || CASE WHEN entry.salt IS NULL THEN ''::bytea ELSE audit_field(entry.salt) END
    || audit_field(entry.previous_hash) || audit_field(entry.seq::text)
    || audit_field(entry.id::text) || audit_field(entry.tenant_id::text) || audit_field(entry.actor_id::text)
    || audit_field(entry.action) || audit_field(entry.object_kind) || audit_field(entry.object_id)
    || audit_field(entry.detail::text) || audit_field(extract(epoch FROM entry.created_at)::text))
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION chain_audit_log() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE head audit_heads;
BEGIN
  SELECT * INTO head FROM audit_heads WHERE tenant_id = NEW.tenant_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    -- A tenant whose first entry is written by the statement that makes it. Of two at once the second waits here.
    INSERT INTO audit_heads VALUES (NEW.tenant_id, 0, '') ON CONFLICT DO NOTHING;
    SELECT * INTO head FROM audit_heads WHERE tenant_id = NEW.tenant_id FOR NO KEY UPDATE;
  END IF;
  NEW.seq := head.seq + 1;
  NEW.previous_hash := CASE WHEN head.seq > 0 THEN head.hash END;
  NEW.created_at := clock_timestamp();
  NEW.salt := uuid_send(gen_random_uuid());
  NEW.hash := audit_hash(NEW);
  UPDATE audit_heads SET seq = NEW.seq, hash = NEW.hash WHERE tenant_id = NEW.tenant_id;
  RETURN NEW;
END $$;
--> statement-breakpoint
-- A redacted entry keeps its hash, so the chain and every signed head still hold. What it says now was hashed into a later
-- entry, `audit.redact`, which the chain protects: so a redacted entry can't be edited unseen either.
CREATE OR REPLACE FUNCTION verify_audit_log(tenant uuid DEFAULT NULL)
RETURNS TABLE (tenant_id uuid, seq bigint, entry bigint, fault text) LANGUAGE sql STABLE AS $$
  WITH redactions AS (
    SELECT DISTINCT ON (r.tenant_id, one.key::bigint) r.tenant_id, one.key::bigint AS seq, one.value AS says_now
    FROM audit_log r CROSS JOIN LATERAL jsonb_each_text(r.detail -> 'entries') one
    WHERE r.action = 'audit.redact' AND (tenant IS NULL OR r.tenant_id = tenant)
      AND jsonb_typeof(r.detail -> 'entries') = 'object' AND one.key ~ '^[0-9]{1,18}$' AND one.key::bigint < r.seq
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
--> statement-breakpoint
-- Takes a person out of a text: the number, and the whole name in any case. `mark` stands in their place.
CREATE FUNCTION without_person(said text, phone text, name text, mark text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN name IS NULL THEN replace(said, phone, mark) ELSE regexp_replace(replace(said, phone, mark),
    regexp_replace(name, '([^[:alnum:][:space:]])', '\\\1', 'g'), mark, 'gi') END
$$;
--> statement-breakpoint
-- Takes a person out of the audit log: entries about the number or the contact lose their free text, all others the number
-- and the name. Returns how many entries changed. What they say now is hashed into a new entry; see verify_audit_log.
CREATE FUNCTION redact_audit(tenant uuid, phone text, contacts text[], name text, mark text, actor uuid, erasure uuid) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  entries_max CONSTANT int := 500;
  entry audit_log; said jsonb; changed jsonb := '{}'; redacted int := 0;
BEGIN
  PERFORM set_config('app.redacting', 'on', true);
  FOR entry IN
    SELECT l.* FROM audit_log l WHERE l.tenant_id = tenant AND (
      l.object_id = phone OR l.object_id = ANY (contacts)
      OR position(phone IN l.detail::text) > 0
      OR (name IS NOT NULL AND position(lower(name) IN lower(l.detail::text)) > 0))
    ORDER BY l.id
  LOOP
    said := entry.detail;
    IF entry.object_id = phone OR entry.object_id = ANY (contacts) THEN
      said := said || coalesce((SELECT jsonb_object_agg(key, mark) FROM jsonb_object_keys(said) key
        WHERE key IN ('note', 'was', 'reason', 'words', 'text', 'body', 'name', 'before', 'after', 'evidence')), '{}');
    END IF;
    said := without_person(said::text, phone, name, mark)::jsonb;
    CONTINUE WHEN said = entry.detail AND entry.object_id IS DISTINCT FROM phone;
    UPDATE audit_log l SET detail = said, salt = NULL, object_id = CASE WHEN l.object_id = phone THEN mark ELSE l.object_id END
    WHERE l.id = entry.id RETURNING l.* INTO entry;
    changed := changed || jsonb_build_object(entry.seq::text, encode(audit_hash(entry), 'hex'));
    redacted := redacted + 1;
    IF redacted % entries_max = 0 THEN
      INSERT INTO audit_log (tenant_id, actor_id, action, object_kind, object_id, detail)
      VALUES (tenant, actor, 'audit.redact', 'erasure', erasure::text, jsonb_build_object('entries', changed));
      changed := '{}';
    END IF;
  END LOOP;
  IF changed <> '{}' THEN
    INSERT INTO audit_log (tenant_id, actor_id, action, object_kind, object_id, detail)
    VALUES (tenant, actor, 'audit.redact', 'erasure', erasure::text, jsonb_build_object('entries', changed));
  END IF;
  PERFORM set_config('app.redacting', '', true);
  RETURN redacted;
END $$;
--> statement-breakpoint
-- Consents keep their basis, source and time, without the number and the evidence.
CREATE FUNCTION redact_consents(tenant uuid, phone text, mark text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE redacted int;
BEGIN
  PERFORM set_config('app.redacting', 'on', true);
  UPDATE consents c SET phone_e164 = mark, evidence = '{}' WHERE c.tenant_id = tenant AND c.phone_e164 = phone;
  GET DIAGNOSTICS redacted = ROW_COUNT;
  PERFORM set_config('app.redacting', '', true);
  RETURN redacted;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION number_hash(uuid, text), read_number_hash_key(), restore_number_hash_key(bytea), erased_since(uuid, text),
  erased_among(uuid, text[]), redact_audit(uuid, text, text[], text, text, uuid, uuid), redact_consents(uuid, text, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION number_hash(uuid, text), read_number_hash_key(), restore_number_hash_key(bytea),
  redact_audit(uuid, text, text[], text, text, uuid, uuid), redact_consents(uuid, text, text) TO smscrm_pipeline;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION erased_since(uuid, text), erased_among(uuid, text[]) TO smscrm_app, smscrm_pipeline;
