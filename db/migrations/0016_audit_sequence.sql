-- The audit log's chain is drawn under a lock: the tenant's row here, which is also the chain's last link. Before, ids
-- were drawn ahead of the lock, so that entries written at once were linked in another order than they are numbered.
CREATE TABLE "audit_heads" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "audit_heads_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id")
);
--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "seq" bigint;
--> statement-breakpoint
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON audit_heads FOR SELECT TO smscrm_app USING (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON audit_heads TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
-- Only the trigger writes it, with its owner's rights.
GRANT SELECT ON audit_heads TO smscrm_app, smscrm_pipeline;
--> statement-breakpoint
-- Its length goes before each field, so that no two entries have the same bytes; a missing one has a length of its own.
CREATE FUNCTION audit_field(value bytea) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN value IS NULL THEN '\xffffffff'::bytea ELSE int4send(octet_length(value)) || value END
$$;
--> statement-breakpoint
CREATE FUNCTION audit_field(value text) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT audit_field(convert_to(value, 'UTF8'))
$$;
--> statement-breakpoint
CREATE FUNCTION audit_hash(entry audit_log) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(audit_field('2'::text) || audit_field(entry.previous_hash) || audit_field(entry.seq::text)
    || audit_field(entry.id::text) || audit_field(entry.tenant_id::text) || audit_field(entry.actor_id::text)
    || audit_field(entry.action) || audit_field(entry.object_kind) || audit_field(entry.object_id)
    || audit_field(entry.detail::text) || audit_field(extract(epoch FROM entry.created_at)::text))
$$;
--> statement-breakpoint
-- Temporary tables come last in the path: nobody's own audit_heads takes this one's place.
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
  NEW.hash := audit_hash(NEW);
  UPDATE audit_heads SET seq = NEW.seq, hash = NEW.hash WHERE tenant_id = NEW.tenant_id;
  RETURN NEW;
END $$;
--> statement-breakpoint
-- Every tenant has a head from its first moment, so that a log that was taken away with its head shows.
CREATE OR REPLACE FUNCTION complete_tenant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO budgets (tenant_id) VALUES (NEW.id);
  INSERT INTO tenant_dispatch (tenant_id) VALUES (NEW.id);
  INSERT INTO audit_heads (tenant_id, seq, hash) VALUES (NEW.id, 0, '') ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- Returns a row per fault in a tenant's chain (null: in every chain). It finds entries that were edited, removed (also the
-- last), inserted or moved. If all hashes were rewritten as well, only a copy of the head shows it
-- (`pnpm ops audit verify --expect`).
CREATE FUNCTION verify_audit_log(tenant uuid DEFAULT NULL)
RETURNS TABLE (tenant_id uuid, seq bigint, entry bigint, fault text) LANGUAGE sql STABLE AS $$
  WITH links AS (
    SELECT l.tenant_id, l.seq, l.id, l.previous_hash, l.hash, audit_hash(l) AS expected,
      lag(l.seq) OVER chain AS seq_before, lag(l.hash) OVER chain AS hash_before
    FROM audit_log l WHERE tenant IS NULL OR l.tenant_id = tenant
    WINDOW chain AS (PARTITION BY l.tenant_id ORDER BY l.seq, l.id)
  ), ends AS (
    SELECT DISTINCT ON (links.tenant_id) links.tenant_id, links.seq, links.hash
    FROM links ORDER BY links.tenant_id, links.seq DESC, links.id DESC
  )
  SELECT links.tenant_id, links.seq, links.id, 'was edited' FROM links WHERE links.hash IS DISTINCT FROM links.expected
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
ALTER TABLE audit_log DISABLE TRIGGER append_only;
--> statement-breakpoint
-- Every existing log is sealed again, in the order of its entries' ids. What the old chain could not say is said in an
-- entry of its own: which entries were linked wrongly (written at once with others), and which do not match their hash.
DO $$
DECLARE
  -- So that the entry about a log that was touched as a whole stays readable.
  ids_max CONSTANT int := 1000;
  tenant uuid; entry audit_log; head audit_heads; before bytea;
  forks bigint; fork_ids bigint[]; edits bigint; edit_ids bigint[];
BEGIN
  FOR tenant IN SELECT id FROM tenants ORDER BY id LOOP
    head := ROW (tenant, 0, '');
    before := NULL;
    forks := 0; fork_ids := '{}';
    edits := 0; edit_ids := '{}';
    FOR entry IN SELECT * FROM audit_log WHERE tenant_id = tenant ORDER BY id LOOP
      IF entry.previous_hash IS DISTINCT FROM before THEN
        forks := forks + 1;
        IF forks <= ids_max THEN fork_ids := array_append(fork_ids, entry.id); END IF;
      END IF;
      IF entry.hash IS DISTINCT FROM sha256(coalesce(entry.previous_hash, ''::bytea) || convert_to(
        concat_ws('|', entry.tenant_id, entry.actor_id, entry.action, entry.object_kind, entry.object_id,
          entry.detail::text, extract(epoch FROM entry.created_at)), 'UTF8'))
      THEN
        edits := edits + 1;
        IF edits <= ids_max THEN edit_ids := array_append(edit_ids, entry.id); END IF;
      END IF;
      before := entry.hash;
      entry.seq := head.seq + 1;
      entry.previous_hash := CASE WHEN head.seq > 0 THEN head.hash END;
      entry.hash := audit_hash(entry);
      head.seq := entry.seq;
      head.hash := entry.hash;
      UPDATE audit_log SET seq = entry.seq, previous_hash = entry.previous_hash, hash = entry.hash WHERE id = entry.id;
    END LOOP;
    INSERT INTO audit_heads SELECT head.*;
    IF head.seq > 0 THEN
      INSERT INTO audit_log (tenant_id, action, object_kind, detail)
      VALUES (tenant, 'audit.reseal', 'audit-log', jsonb_build_object('entries', head.seq,
        'linkedWrongly', forks, 'linkedWronglyIds', fork_ids, 'doNotMatchTheirHash', edits, 'doNotMatchTheirHashIds', edit_ids));
    END IF;
  END LOOP;
END $$;
--> statement-breakpoint
ALTER TABLE audit_log ENABLE TRIGGER append_only;
--> statement-breakpoint
-- Filled by the trigger, so a row without it came past the chain.
ALTER TABLE audit_log ADD CONSTRAINT audit_log_in_chain CHECK (seq IS NOT NULL);
--> statement-breakpoint
-- Not unique: a forged entry must show, and must not stop what is written after it.
CREATE INDEX "audit_log_seq" ON "audit_log" USING btree ("tenant_id", "seq");
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON audit_heads FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
