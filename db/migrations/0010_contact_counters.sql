CREATE TABLE "contact_counters" (
	"tenant_id" uuid NOT NULL,
	"tag" text NOT NULL,
	"shard" smallint NOT NULL,
	"contacts" integer NOT NULL,
	CONSTRAINT "contact_counters_tenant_id_tag_shard_pk" PRIMARY KEY("tenant_id","tag","shard")
);
--> statement-breakpoint
ALTER TABLE "contact_counters" ADD CONSTRAINT "contact_counters_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE contact_counters ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE contact_counters FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON contact_counters TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON contact_counters TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON contact_counters TO smscrm_app, smscrm_pipeline;
--> statement-breakpoint
-- Two writers of one shard would meet its tags in different orders (an import's statement inserts and updates), so the
-- shard is locked first; who changes no tag locks nothing.
CREATE FUNCTION count_contacts(changes contact_counters[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE tenant uuid;
BEGIN
  FOR tenant IN SELECT DISTINCT c.tenant_id FROM unnest(changes) c ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended('contact_counters ' || tenant, pg_backend_pid() % 8));
  END LOOP;
  INSERT INTO contact_counters AS c (tenant_id, tag, shard, contacts)
  SELECT tenant_id, tag, shard, contacts FROM unnest(changes)
  ON CONFLICT (tenant_id, tag, shard) DO UPDATE SET contacts = c.contacts + excluded.contacts;
END $$;
--> statement-breakpoint
CREATE FUNCTION count_new_contacts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM count_contacts(array_agg(ROW(tenant_id, tag, pg_backend_pid() % 8, contacts)::contact_counters)) FROM (
    SELECT tenant_id, '' AS tag, count(*) AS contacts FROM new_rows GROUP BY 1
    UNION ALL
    SELECT tenant_id, tag, count(*) FROM new_rows, unnest(tags) AS tag WHERE tag <> '' GROUP BY 1, 2
  ) changes HAVING count(*) > 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION count_changed_contacts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM count_contacts(array_agg(ROW(tenant_id, tag, pg_backend_pid() % 8, contacts)::contact_counters)) FROM (
    SELECT tenant_id, tag, sum(delta) AS contacts FROM (
      SELECT n.tenant_id, n.tags, 1 AS delta FROM new_rows n JOIN old_rows o USING (id) WHERE n.tags <> o.tags
      UNION ALL
      SELECT o.tenant_id, o.tags, -1 FROM new_rows n JOIN old_rows o USING (id) WHERE n.tags <> o.tags
    ) sides, unnest(tags) AS tag WHERE tag <> ''
    GROUP BY 1, 2 HAVING sum(delta) <> 0
  ) changes HAVING count(*) > 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION count_gone_contacts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM count_contacts(array_agg(ROW(tenant_id, tag, pg_backend_pid() % 8, -contacts)::contact_counters)) FROM (
    SELECT tenant_id, '' AS tag, count(*) AS contacts FROM old_rows GROUP BY 1
    UNION ALL
    SELECT tenant_id, tag, count(*) FROM old_rows, unnest(tags) AS tag WHERE tag <> '' GROUP BY 1, 2
  ) changes HAVING count(*) > 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER count_new AFTER INSERT ON contacts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_new_contacts();
--> statement-breakpoint
CREATE TRIGGER count_changed AFTER UPDATE ON contacts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_changed_contacts();
--> statement-breakpoint
CREATE TRIGGER count_gone AFTER DELETE ON contacts REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_gone_contacts();
--> statement-breakpoint
-- The triggers' lock on contacts holds until this is committed: nothing is counted twice or not at all.
INSERT INTO contact_counters (tenant_id, tag, shard, contacts)
SELECT tenant_id, '', 0, count(*) FROM contacts GROUP BY 1
UNION ALL
SELECT tenant_id, tag, 0, count(*) FROM contacts, unnest(tags) AS tag WHERE tag <> '' GROUP BY 1, 2;
