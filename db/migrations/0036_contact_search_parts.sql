-- A search for a part of a name or number reads each name once, and each number without its last four digits, instead
-- of every contact. Rewrites contacts once for the column: some
-- 10 s for a million contacts, in which claims wait. The version before searches as it did.
CREATE TABLE "contact_search_parts" (
	"tenant_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"part" text COLLATE "C" NOT NULL,
	CONSTRAINT "contact_search_parts_tenant_id_kind_part_pk" PRIMARY KEY("tenant_id","kind","part")
);
--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "phone_reversed" text GENERATED ALWAYS AS (reverse(phone_e164)) STORED;--> statement-breakpoint
ALTER TABLE "contact_search_parts" ADD CONSTRAINT "contact_search_parts_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contacts_phone_end" ON "contacts" USING btree ("tenant_id","phone_reversed" text_pattern_ops,"id");--> statement-breakpoint
ALTER TABLE contact_search_parts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE contact_search_parts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON contact_search_parts TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON contact_search_parts TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON contact_search_parts TO smscrm_app, smscrm_pipeline;
--> statement-breakpoint
-- In one order, so that two imports with the same new names never wait for each other in a circle.
CREATE FUNCTION note_search_parts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO contact_search_parts (tenant_id, kind, part)
  SELECT DISTINCT tenant_id, kind, part COLLATE "C" FROM (
    SELECT tenant_id, 'first' AS kind, first_name_lower AS part FROM new_rows
    UNION ALL
    SELECT tenant_id, 'last', last_name_lower FROM new_rows
    UNION ALL
    SELECT tenant_id, 'number', left(phone_e164, -4) FROM new_rows
  ) parts WHERE part <> '' ORDER BY 1, 2, 3
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- A part goes with the last contact that had it. If another transaction adds that part at the same moment, it is not
-- seen here: then that contact is found by the beginning of its name or number, or by the number's end.
CREATE FUNCTION forget_search_parts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM contact_search_parts p USING (
    SELECT DISTINCT tenant_id, 'first' AS kind, first_name_lower COLLATE "C" AS part FROM old_rows
    UNION
    SELECT tenant_id, 'last', last_name_lower COLLATE "C" FROM old_rows
    UNION
    SELECT tenant_id, 'number', left(phone_e164, -4) COLLATE "C" FROM old_rows
  ) gone
  WHERE p.tenant_id = gone.tenant_id AND p.kind = gone.kind AND p.part = gone.part AND NOT EXISTS (
    SELECT FROM contacts c WHERE p.kind = 'first' AND c.tenant_id = p.tenant_id
      AND c.first_name_lower = p.part COLLATE "default"
  ) AND NOT EXISTS (
    SELECT FROM contacts c WHERE p.kind = 'last' AND c.tenant_id = p.tenant_id
      AND c.last_name_lower = p.part COLLATE "default"
  ) AND NOT EXISTS (
    SELECT FROM contacts c WHERE p.kind = 'number' AND c.tenant_id = p.tenant_id
      AND c.phone_e164 BETWEEN ((p.part || '0000') COLLATE "default") AND ((p.part || '9999') COLLATE "default")
  );
  RETURN NULL;
END $$;
--> statement-breakpoint
-- For each row, because a condition keeps it from running for updates of other columns, which are frequent. A contact
-- never changes its number.
CREATE FUNCTION change_search_parts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO contact_search_parts (tenant_id, kind, part)
  SELECT new.tenant_id, kind, part FROM (
    VALUES ('first', new.first_name_lower), ('last', new.last_name_lower)
  ) parts (kind, part) WHERE part <> '' ORDER BY 2, 3
  ON CONFLICT DO NOTHING;
  DELETE FROM contact_search_parts p
  WHERE p.tenant_id = old.tenant_id AND p.kind = 'first' AND p.part = old.first_name_lower COLLATE "C" AND NOT EXISTS (
    SELECT FROM contacts c WHERE c.tenant_id = old.tenant_id AND c.first_name_lower = old.first_name_lower);
  DELETE FROM contact_search_parts p
  WHERE p.tenant_id = old.tenant_id AND p.kind = 'last' AND p.part = old.last_name_lower COLLATE "C" AND NOT EXISTS (
    SELECT FROM contacts c WHERE c.tenant_id = old.tenant_id AND c.last_name_lower = old.last_name_lower);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_parts AFTER INSERT ON contacts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_search_parts();
--> statement-breakpoint
CREATE TRIGGER change_parts AFTER UPDATE OF first_name, last_name ON contacts FOR EACH ROW
  WHEN (old.first_name IS DISTINCT FROM new.first_name OR old.last_name IS DISTINCT FROM new.last_name)
  EXECUTE FUNCTION change_search_parts();
--> statement-breakpoint
CREATE TRIGGER forget_parts AFTER DELETE ON contacts REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION forget_search_parts();
--> statement-breakpoint
-- The triggers' lock on contacts holds until this is committed: nothing is missed.
INSERT INTO contact_search_parts (tenant_id, kind, part)
SELECT DISTINCT tenant_id, 'first', first_name_lower COLLATE "C" FROM contacts WHERE first_name_lower <> ''
UNION
SELECT DISTINCT tenant_id, 'last', last_name_lower COLLATE "C" FROM contacts WHERE last_name_lower <> ''
UNION
SELECT DISTINCT tenant_id, 'number', left(phone_e164, -4) COLLATE "C" FROM contacts WHERE length(phone_e164) > 4;
--> statement-breakpoint
ANALYZE contacts, contact_search_parts;
