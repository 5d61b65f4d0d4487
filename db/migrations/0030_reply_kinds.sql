-- A request for help is a person's to answer, and a wish for only some of our texts a person's to decide. What was asked
-- before is answered, so it does not become unread: this runs while the old function counts, which counts none of it.
-- The update reads all inbound messages once and changes the few that asked for help.
UPDATE inbound_messages SET read_at = created_at WHERE kind = 'help' AND read_at IS NULL;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION is_unread(kind text, read_at timestamptz) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (read_at IS NULL AND kind IN ('none', 'ask-a-person', 'partial-opt-out', 'wants-texts', 'help'))::int
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION is_undecided(kind text, decision text) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (kind IN ('ask-a-person', 'partial-opt-out') AND decision IS NULL)::int
$$;
--> statement-breakpoint
DROP INDEX "inbound_messages_open";
--> statement-breakpoint
-- New inbound messages wait until this index is built. The open ones are few.
CREATE INDEX "inbound_messages_open" ON "inbound_messages" USING btree ("tenant_id","from_phone") WHERE (read_at is null and kind in ('none', 'ask-a-person', 'partial-opt-out', 'wants-texts', 'help')) or (kind in ('ask-a-person', 'partial-opt-out') and decision is null);
