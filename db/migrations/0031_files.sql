-- A name as searches compare it: "Zoë" is found by "zoe", and through invisible marks. Letters that have no accent to
-- remove, such as the Polish ł, are listed. ASCII, the most frequent, takes the short way.
CREATE FUNCTION fold_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(name) = char_length(name) THEN lower(name) ELSE
    lower(translate(regexp_replace(replace(replace(replace(replace(replace(
      normalize(name, NFKD), 'ß', 'ss'), 'æ', 'ae'), 'Æ', 'AE'), 'œ', 'oe'), 'Œ', 'OE'),
      '[\u0300-\u036f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]', '', 'g'),
      'øØłŁđĐðÐħĦı''’ʼ', 'oOlLdDdDhHi''''''')) END
$$;--> statement-breakpoint
-- The same names with another meaning, so that the version before still searches. Rewrites the table once for
-- all: some 10 s for a million contacts, in which claims wait.
ALTER TABLE "contacts" DROP COLUMN "first_name_lower", DROP COLUMN "last_name_lower",
  ADD COLUMN "first_name_lower" text GENERATED ALWAYS AS (fold_name(first_name)) STORED,
  ADD COLUMN "last_name_lower" text GENERATED ALWAYS AS (fold_name(last_name)) STORED,
  ADD COLUMN "address_country" char(2);--> statement-breakpoint
CREATE INDEX "contacts_names" ON "contacts" USING btree ("tenant_id","first_name_lower" text_pattern_ops,"last_name_lower" text_pattern_ops,"id");--> statement-breakpoint
CREATE INDEX "contacts_last_name" ON "contacts" USING btree ("tenant_id","last_name_lower" text_pattern_ops,"id");--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "layout" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
-- Numbers with two forms are kept in one (core/contacts/phone-forms.ts). An opt-out in the other form must count.
INSERT INTO do_not_contact (tenant_id, phone_e164, source, note, created_by, import_id, created_at)
SELECT tenant_id, regexp_replace(regexp_replace(regexp_replace(regexp_replace(phone_e164,
    '^\+521(\d{10})$', '+52'), '^\+54([1-8]\d{9})$', '+549'), '^\+55([1-9][1-9])([689]\d{7})$', '+559'),
    '^\+229([2-9]\d{7})$', '+22901'),
  source, note, created_by, import_id, created_at
FROM do_not_contact
WHERE phone_e164 ~ '^(\+521\d{10}|\+54[1-8]\d{9}|\+55[1-9][1-9][689]\d{7}|\+229[2-9]\d{7})$'
ON CONFLICT DO NOTHING;--> statement-breakpoint
ANALYZE "contacts";
