-- Several numbers of one person, merges, and likely duplicates. A contact that was merged into another keeps its row,
-- because its number, consents and opt-outs are about that number; `merged_into` names the contact that campaigns text.
-- The column takes a short lock and rewrites nothing; the keys of contacts are filled once, some 10 s for a million.
CREATE TABLE "contact_match_keys" (
	"tenant_id" uuid NOT NULL,
	"kind" smallint NOT NULL,
	"key" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	CONSTRAINT "contact_match_keys_tenant_id_kind_key_contact_id_pk" PRIMARY KEY("tenant_id","kind","key","contact_id")
);
--> statement-breakpoint
CREATE TABLE "contact_merges" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"kept_id" uuid NOT NULL,
	"merged_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"effects" jsonb NOT NULL,
	"merged_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"undone_at" timestamp with time zone,
	"undone_by" uuid,
	CONSTRAINT "contact_merges_tenant_id" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "contact_not_duplicates" (
	"tenant_id" uuid NOT NULL,
	"low_id" uuid NOT NULL,
	"high_id" uuid NOT NULL,
	"noted_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "contact_not_duplicates_tenant_id_low_id_high_id_pk" PRIMARY KEY("tenant_id","low_id","high_id")
);
--> statement-breakpoint
CREATE TABLE "contact_shared_keys" (
	"tenant_id" uuid NOT NULL,
	"kind" smallint NOT NULL,
	"key" uuid NOT NULL,
	CONSTRAINT "contact_shared_keys_tenant_id_kind_key_pk" PRIMARY KEY("tenant_id","kind","key")
);
--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "merged_into" uuid;--> statement-breakpoint
ALTER TABLE "contact_match_keys" ADD CONSTRAINT "contact_match_keys_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contact_merges" ADD CONSTRAINT "contact_merges_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contact_not_duplicates" ADD CONSTRAINT "contact_not_duplicates_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contact_shared_keys" ADD CONSTRAINT "contact_shared_keys_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contact_merges_kept" ON "contact_merges" USING btree ("tenant_id","kept_id","id");--> statement-breakpoint
CREATE INDEX "contact_merges_merged" ON "contact_merges" USING btree ("tenant_id","merged_id","id");--> statement-breakpoint
CREATE INDEX "contact_merges_logged" ON "contact_merges" USING btree ("created_at") WHERE before is not null;--> statement-breakpoint
CREATE INDEX "contact_not_duplicates_high" ON "contact_not_duplicates" USING btree ("tenant_id","high_id");--> statement-breakpoint
CREATE INDEX "contacts_merged" ON "contacts" USING btree ("tenant_id","merged_into") WHERE merged_into is not null;--> statement-breakpoint
ALTER TABLE contacts ADD CONSTRAINT contacts_merged_into_another CHECK (merged_into <> id) NOT VALID;
--> statement-breakpoint
ALTER TABLE contact_not_duplicates ADD CONSTRAINT contact_not_duplicates_ordered CHECK (low_id < high_id);
--> statement-breakpoint
ALTER TABLE contact_match_keys ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE contact_match_keys FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON contact_match_keys TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON contact_match_keys TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON contact_match_keys TO smscrm_app, smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE contact_shared_keys ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE contact_shared_keys FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON contact_shared_keys TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON contact_shared_keys TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON contact_shared_keys TO smscrm_app, smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE contact_merges ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE contact_merges FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON contact_merges TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON contact_merges TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON contact_merges TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON contact_merges TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE contact_not_duplicates ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE contact_not_duplicates FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON contact_not_duplicates TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON contact_not_duplicates TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON contact_not_duplicates TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON contact_not_duplicates TO smscrm_pipeline;
--> statement-breakpoint
-- A number that was merged away is no contact of its own: it is not counted. The shard and its lock are as in 0010.
CREATE OR REPLACE FUNCTION count_new_contacts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM count_contacts(array_agg(ROW(tenant_id, tag, pg_backend_pid() % 8, contacts)::contact_counters)) FROM (
    SELECT tenant_id, '' AS tag, count(*) AS contacts FROM new_rows WHERE merged_into IS NULL GROUP BY 1
    UNION ALL
    SELECT tenant_id, tag, count(*) FROM new_rows, unnest(tags) AS tag WHERE tag <> '' AND merged_into IS NULL GROUP BY 1, 2
  ) changes HAVING count(*) > 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_changed_contacts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM count_contacts(array_agg(ROW(tenant_id, tag, pg_backend_pid() % 8, contacts)::contact_counters)) FROM (
    SELECT tenant_id, tag, sum(delta) AS contacts FROM (
      SELECT n.tenant_id, array_append(array_remove(n.tags, ''), '') AS tags, 1 AS delta FROM new_rows n JOIN old_rows o USING (id)
      WHERE n.merged_into IS NULL AND (n.tags <> o.tags OR o.merged_into IS NOT NULL)
      UNION ALL
      SELECT o.tenant_id, array_append(array_remove(o.tags, ''), ''), -1 FROM new_rows n JOIN old_rows o USING (id)
      WHERE o.merged_into IS NULL AND (n.tags <> o.tags OR n.merged_into IS NOT NULL)
    ) sides, unnest(tags) AS tag
    GROUP BY 1, 2 HAVING sum(delta) <> 0
  ) changes HAVING count(*) > 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_gone_contacts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM count_contacts(array_agg(ROW(tenant_id, tag, pg_backend_pid() % 8, -contacts)::contact_counters)) FROM (
    SELECT tenant_id, '' AS tag, count(*) AS contacts FROM old_rows WHERE merged_into IS NULL GROUP BY 1
    UNION ALL
    SELECT tenant_id, tag, count(*) FROM old_rows, unnest(tags) AS tag WHERE tag <> '' AND merged_into IS NULL GROUP BY 1, 2
  ) changes HAVING count(*) > 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- A tag that a merge, its undo or a change of the preferred number brings says nothing new about the person: it starts no flow.
CREATE OR REPLACE FUNCTION note_changed_tags() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('smscrm.merging', true) = 'on' THEN RETURN NULL; END IF;
  IF NOT EXISTS (SELECT 1 FROM flows WHERE status = 'live' AND trigger_kind = 'tag') THEN RETURN NULL; END IF;
  PERFORM enter_flows_by_tag(n.tenant_id, n.id, n.phone_e164,
    ARRAY(SELECT unnest(n.tags) EXCEPT SELECT unnest(o.tags))) FROM new_rows n JOIN old_rows o USING (id)
  WHERE n.tags <> o.tags AND EXISTS (SELECT 1 FROM flows f WHERE f.tenant_id = n.tenant_id AND f.status = 'live'
    AND f.trigger_kind = 'tag' AND f.trigger_value = ANY (n.tags) AND NOT f.trigger_value = ANY (o.tags));
  RETURN NULL;
END $$;
--> statement-breakpoint
-- The other numbers of a contact's person: that of the contact that it was merged into, and those merged into the same.
-- Without settings of its own, so that its callers inline it.
CREATE FUNCTION other_numbers(tenant uuid, contact uuid, merged_into_id uuid)
RETURNS TABLE (contact_id uuid, phone_e164 text) LANGUAGE sql STABLE AS $$
  SELECT k.id, k.phone_e164 FROM contacts k WHERE k.tenant_id = tenant AND k.id = merged_into_id
  UNION ALL
  SELECT a.id, a.phone_e164 FROM contacts a
  WHERE a.tenant_id = tenant AND a.merged_into = coalesce(merged_into_id, contact) AND a.id <> contact
$$;
--> statement-breakpoint
-- Who says stop on one number says it for all their numbers, by whatever way the entry came. A member's entry, and one by SQL, is
-- about its number alone.
CREATE FUNCTION share_opt_outs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- A statement that added nothing calls its trigger, too: here the copies of copies end.
  IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;
  INSERT INTO do_not_contact (tenant_id, phone_e164, source, note, created_by, created_at, import_id)
  SELECT n.tenant_id, o.phone_e164, n.source, n.note, n.created_by, n.created_at, n.import_id
  FROM new_rows n JOIN contacts c ON c.tenant_id = n.tenant_id AND c.phone_e164 = n.phone_e164
  JOIN LATERAL other_numbers(c.tenant_id, c.id, c.merged_into) o ON true
  WHERE n.source NOT IN ('operator', 'sql')
  ORDER BY n.tenant_id, o.phone_e164, n.created_at ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION share_preferences() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;
  INSERT INTO contact_preferences (tenant_id, phone_e164, subject, source, note, recorded_by, created_at)
  SELECT n.tenant_id, o.phone_e164, n.subject, n.source, n.note, n.recorded_by, n.created_at
  FROM new_rows n JOIN contacts c ON c.tenant_id = n.tenant_id AND c.phone_e164 = n.phone_e164
  JOIN LATERAL other_numbers(c.tenant_id, c.id, c.merged_into) o ON true
  ORDER BY n.tenant_id, o.phone_e164, n.subject ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER share_opt_outs AFTER INSERT ON do_not_contact REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION share_opt_outs();
--> statement-breakpoint
CREATE TRIGGER share_preferences AFTER INSERT ON contact_preferences REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION share_preferences();
--> statement-breakpoint
-- What two contacts of one person likely share, each as a hash: 1 an id of the tenant's own, 2 the e-mail address, 3 the
-- name and the day of birth, 4 the name and the postcode. Without settings of its own, so that its callers inline it. `MATCH_KINDS` in db/contacts/person/duplicates.ts names them.
CREATE FUNCTION match_keys(first_name text, last_name text, email text, postcode text, custom jsonb)
RETURNS TABLE (kind smallint, key uuid) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT DISTINCT found.kind::smallint, md5(found.kind || ' ' || found.value)::uuid FROM (
    SELECT 1 AS kind, lower(f.key) || '=' || lower(btrim(f.value)) AS value FROM jsonb_each_text(custom) f
    WHERE f.key ~* '^(id|(external|crm|contact|person|user|customer|client|account|member|membership|loyalty|patient|student|policy|card)_?(no|nr|num|number|code|id))$'
      AND length(btrim(f.value)) BETWEEN 3 AND 100
    UNION ALL
    SELECT 2, lower(btrim(email)) WHERE email LIKE '%_@_%'
    UNION ALL
    SELECT 3, first_name || ' ' || last_name || ' ' || f.value FROM jsonb_each_text(custom) f
    WHERE first_name <> '' AND last_name <> '' AND f.key ~* '(birth|dob|geburt|naiss|nacim|nascim|nascita|geboorte)'
      AND f.value ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
    UNION ALL
    SELECT 4, first_name || ' ' || last_name || ' ' || upper(replace(postcode, ' ', ''))
    WHERE first_name <> '' AND last_name <> '' AND postcode <> ''
  ) found
$$;
--> statement-breakpoint
-- Without scans of whole tables: a plan that was made while the table was small, or a table that this statement fills, would be
-- read again for every row.
-- In one order, so that two imports with the same keys never wait for each other in a circle. A key that two transactions
-- write at the same moment is shared from the next change of either contact on: the list is advice, and nothing rests on it.
CREATE FUNCTION note_match_keys() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
  WITH fresh AS MATERIALIZED (
    SELECT n.tenant_id, k.kind, k.key, n.id, count(*) OVER (PARTITION BY n.tenant_id, k.kind, k.key) AS alike
    FROM new_rows n CROSS JOIN LATERAL match_keys(n.first_name_lower, n.last_name_lower, n.email, n.postcode, n.custom) k
    WHERE n.merged_into IS NULL
  ), shared AS (
    INSERT INTO contact_shared_keys (tenant_id, kind, key)
    SELECT DISTINCT f.tenant_id, f.kind, f.key FROM fresh f
    WHERE f.alike > 1 OR EXISTS (
      SELECT 1 FROM contact_match_keys m WHERE m.tenant_id = f.tenant_id AND m.kind = f.kind AND m.key = f.key)
    ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING
  )
  INSERT INTO contact_match_keys (tenant_id, kind, key, contact_id)
  SELECT tenant_id, kind, key, id FROM fresh ORDER BY 1, 2, 3, 4 ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION forget_match_keys() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
  WITH gone AS MATERIALIZED (
    SELECT o.tenant_id, k.kind, k.key, o.id
    FROM old_rows o CROSS JOIN LATERAL match_keys(o.first_name_lower, o.last_name_lower, o.email, o.postcode, o.custom) k
  )
  DELETE FROM contact_match_keys m USING gone
  WHERE m.tenant_id = gone.tenant_id AND m.kind = gone.kind AND m.key = gone.key AND m.contact_id = gone.id;
  DELETE FROM contact_shared_keys s USING (
    SELECT DISTINCT o.tenant_id, k.kind, k.key
    FROM old_rows o CROSS JOIN LATERAL match_keys(o.first_name_lower, o.last_name_lower, o.email, o.postcode, o.custom) k
  ) gone
  WHERE s.tenant_id = gone.tenant_id AND s.kind = gone.kind AND s.key = gone.key AND (
    SELECT count(*) FROM (SELECT FROM contact_match_keys m
      WHERE m.tenant_id = s.tenant_id AND m.kind = s.kind AND m.key = s.key LIMIT 2) still) < 2;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- For each row, because a condition keeps it from running for updates of other columns, which are frequent.
CREATE FUNCTION change_match_keys() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE one record;
BEGIN
  DELETE FROM contact_match_keys m
  USING match_keys(old.first_name_lower, old.last_name_lower, old.email, old.postcode, old.custom) k
  WHERE m.tenant_id = old.tenant_id AND m.kind = k.kind AND m.key = k.key AND m.contact_id = old.id;
  FOR one IN SELECT * FROM match_keys(new.first_name_lower, new.last_name_lower, new.email, new.postcode, new.custom) k
    WHERE new.merged_into IS NULL ORDER BY 1, 2
  LOOP
    INSERT INTO contact_shared_keys (tenant_id, kind, key) SELECT new.tenant_id, one.kind, one.key
    WHERE EXISTS (SELECT 1 FROM contact_match_keys m WHERE m.tenant_id = new.tenant_id AND m.kind = one.kind AND m.key = one.key)
    ON CONFLICT DO NOTHING;
    INSERT INTO contact_match_keys (tenant_id, kind, key, contact_id) VALUES (new.tenant_id, one.kind, one.key, new.id)
    ON CONFLICT DO NOTHING;
  END LOOP;
  DELETE FROM contact_shared_keys s
  USING match_keys(old.first_name_lower, old.last_name_lower, old.email, old.postcode, old.custom) k
  WHERE s.tenant_id = old.tenant_id AND s.kind = k.kind AND s.key = k.key AND (
    SELECT count(*) FROM (SELECT FROM contact_match_keys m
      WHERE m.tenant_id = s.tenant_id AND m.kind = s.kind AND m.key = s.key LIMIT 2) still) < 2;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_match_keys AFTER INSERT ON contacts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_match_keys();
--> statement-breakpoint
CREATE TRIGGER forget_match_keys AFTER DELETE ON contacts REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION forget_match_keys();
--> statement-breakpoint
CREATE TRIGGER change_match_keys AFTER UPDATE OF first_name, last_name, email, postcode, custom, merged_into ON contacts
  FOR EACH ROW WHEN (old.first_name IS DISTINCT FROM new.first_name OR old.last_name IS DISTINCT FROM new.last_name
    OR old.email IS DISTINCT FROM new.email OR old.postcode IS DISTINCT FROM new.postcode
    OR old.custom IS DISTINCT FROM new.custom OR old.merged_into IS DISTINCT FROM new.merged_into)
  EXECUTE FUNCTION change_match_keys();
--> statement-breakpoint
-- The triggers' lock on contacts holds until this is committed: nothing is missed.
INSERT INTO contact_match_keys (tenant_id, kind, key, contact_id)
SELECT c.tenant_id, k.kind, k.key, c.id
FROM contacts c CROSS JOIN LATERAL match_keys(c.first_name_lower, c.last_name_lower, c.email, c.postcode, c.custom) k
ON CONFLICT DO NOTHING;
--> statement-breakpoint
INSERT INTO contact_shared_keys (tenant_id, kind, key)
SELECT tenant_id, kind, key FROM contact_match_keys GROUP BY 1, 2, 3 HAVING count(*) > 1;
