-- A search for a part of a name reads each name once, not every contact. Rewrites contacts once for the column: some
-- 10 s for a million contacts, in which claims wait. The version before searches as it did.
CREATE TABLE "contact_names" (
	"tenant_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	CONSTRAINT "contact_names_tenant_id_kind_name_pk" PRIMARY KEY("tenant_id","kind","name")
);
--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "phone_reversed" text GENERATED ALWAYS AS (reverse(phone_e164)) STORED;--> statement-breakpoint
ALTER TABLE "contact_names" ADD CONSTRAINT "contact_names_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contacts_phone_end" ON "contacts" USING btree ("tenant_id","phone_reversed" text_pattern_ops,"id");--> statement-breakpoint
ALTER TABLE contact_names ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE contact_names FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON contact_names TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON contact_names TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON contact_names TO smscrm_app, smscrm_pipeline;
--> statement-breakpoint
-- In one order, so that two imports with the same new names never wait for each other in a circle.
CREATE FUNCTION note_contact_names() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO contact_names (tenant_id, kind, name)
  SELECT DISTINCT tenant_id, kind, name COLLATE "C" FROM (
    SELECT tenant_id, 'first' AS kind, first_name_lower AS name FROM new_rows
    UNION ALL
    SELECT tenant_id, 'last', last_name_lower FROM new_rows
  ) named WHERE name <> '' ORDER BY 1, 2, 3
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- A name goes with the last contact that had it. If another transaction adds that name at the same moment, it is not
-- seen here: then the contact is found by the beginning of its name only.
CREATE FUNCTION forget_contact_names() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM contact_names n USING (
    SELECT DISTINCT tenant_id, 'first' AS kind, first_name_lower COLLATE "C" AS name FROM old_rows
    UNION
    SELECT tenant_id, 'last', last_name_lower COLLATE "C" FROM old_rows
  ) gone
  WHERE n.tenant_id = gone.tenant_id AND n.kind = gone.kind AND n.name = gone.name AND NOT EXISTS (
    SELECT FROM contacts c WHERE c.tenant_id = n.tenant_id AND n.kind = 'first'
      AND c.first_name_lower = n.name COLLATE "default"
  ) AND NOT EXISTS (
    SELECT FROM contacts c WHERE c.tenant_id = n.tenant_id AND n.kind = 'last'
      AND c.last_name_lower = n.name COLLATE "default"
  );
  RETURN NULL;
END $$;
--> statement-breakpoint
-- For each row, because a condition keeps it from running for updates of other columns, which are frequent.
CREATE FUNCTION change_contact_names() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO contact_names (tenant_id, kind, name)
  SELECT new.tenant_id, kind, name FROM (
    VALUES ('first', new.first_name_lower), ('last', new.last_name_lower)
  ) named (kind, name) WHERE name <> '' ORDER BY 2, 3
  ON CONFLICT DO NOTHING;
  DELETE FROM contact_names n
  WHERE n.tenant_id = old.tenant_id AND n.kind = 'first' AND n.name = old.first_name_lower COLLATE "C" AND NOT EXISTS (
    SELECT FROM contacts c WHERE c.tenant_id = n.tenant_id AND c.first_name_lower = old.first_name_lower);
  DELETE FROM contact_names n
  WHERE n.tenant_id = old.tenant_id AND n.kind = 'last' AND n.name = old.last_name_lower COLLATE "C" AND NOT EXISTS (
    SELECT FROM contacts c WHERE c.tenant_id = n.tenant_id AND c.last_name_lower = old.last_name_lower);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_names AFTER INSERT ON contacts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_contact_names();
--> statement-breakpoint
CREATE TRIGGER change_names AFTER UPDATE OF first_name, last_name ON contacts FOR EACH ROW
  WHEN (old.first_name IS DISTINCT FROM new.first_name OR old.last_name IS DISTINCT FROM new.last_name)
  EXECUTE FUNCTION change_contact_names();
--> statement-breakpoint
CREATE TRIGGER forget_names AFTER DELETE ON contacts REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION forget_contact_names();
--> statement-breakpoint
-- The triggers' lock on contacts holds until this is committed: no name is missed.
INSERT INTO contact_names (tenant_id, kind, name)
SELECT DISTINCT tenant_id, 'first', first_name_lower COLLATE "C" FROM contacts WHERE first_name_lower <> ''
UNION
SELECT DISTINCT tenant_id, 'last', last_name_lower COLLATE "C" FROM contacts WHERE last_name_lower <> '';
--> statement-breakpoint
ANALYZE contacts, contact_names;
