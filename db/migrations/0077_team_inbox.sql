-- The inbox of a team: saved replies, snoozing, tags, teams, mentions, what each member has read, search and reply times.
-- The texts that came before are indexed for the search by a worker afterwards, in small batches: a STOP must not wait for it.
CREATE TABLE "conversation_reads" (
	"tenant_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"user_id" uuid NOT NULL,
	"read_up_to" uuid NOT NULL,
	CONSTRAINT "conversation_reads_tenant_id_phone_e164_user_id_pk" PRIMARY KEY("tenant_id","phone_e164","user_id")
);
--> statement-breakpoint
CREATE TABLE "conversation_tags" (
	"tenant_id" uuid NOT NULL,
	"tag" text NOT NULL,
	"phone_e164" text NOT NULL,
	CONSTRAINT "conversation_tags_tenant_id_tag_phone_e164_pk" PRIMARY KEY("tenant_id","tag","phone_e164")
);
--> statement-breakpoint
CREATE TABLE "inbox_members" (
	"tenant_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"is_taking" boolean DEFAULT false NOT NULL,
	"turn_at" timestamp with time zone,
	CONSTRAINT "inbox_members_tenant_id_user_id_pk" PRIMARY KEY("tenant_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "inbox_settings" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"routing" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"working_hours" jsonb,
	"out_of_hours_answer" text,
	"updated_by" uuid NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "note_mentions" (
	"tenant_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"note_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"seen_at" timestamp with time zone,
	CONSTRAINT "note_mentions_tenant_id_user_id_note_id_pk" PRIMARY KEY("tenant_id","user_id","note_id")
);
--> statement-breakpoint
CREATE TABLE "reply_times" (
	"tenant_id" uuid NOT NULL,
	"reply_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"team_id" uuid,
	"asked_at" timestamp with time zone NOT NULL,
	"answered_at" timestamp with time zone NOT NULL,
	"clock_seconds" integer NOT NULL,
	"working_seconds" integer NOT NULL,
	CONSTRAINT "reply_times_tenant_id_reply_id_pk" PRIMARY KEY("tenant_id","reply_id")
);
--> statement-breakpoint
CREATE TABLE "saved_replies" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"body" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" uuid NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "team_members" (
	"tenant_id" uuid NOT NULL,
	"team_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	CONSTRAINT "team_members_tenant_id_team_id_user_id_pk" PRIMARY KEY("tenant_id","team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" uuid NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "teams_tenant_id" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
DROP INDEX "conversations_open";--> statement-breakpoint
DROP INDEX "conversations_assigned";--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "last_kind" text;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "read_by_all_up_to" uuid;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "team_id" uuid;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "snoozed_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "needs_routing" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "inbound_messages" ADD COLUMN "in_search" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "inbound_messages" ALTER COLUMN "in_search" SET DEFAULT true;--> statement-breakpoint
ALTER TABLE "conversation_reads" ADD CONSTRAINT "conversation_reads_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_tags" ADD CONSTRAINT "conversation_tags_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inbox_members" ADD CONSTRAINT "inbox_members_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inbox_settings" ADD CONSTRAINT "inbox_settings_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "note_mentions" ADD CONSTRAINT "note_mentions_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reply_times" ADD CONSTRAINT "reply_times_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_replies" ADD CONSTRAINT "saved_replies_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "teams" ADD CONSTRAINT "teams_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_team" FOREIGN KEY ("tenant_id","team_id") REFERENCES "public"."teams"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_team" FOREIGN KEY ("tenant_id","team_id") REFERENCES "public"."teams"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversation_tags_person" ON "conversation_tags" USING btree ("tenant_id","phone_e164");--> statement-breakpoint
CREATE INDEX "note_mentions_unseen" ON "note_mentions" USING btree ("tenant_id","user_id","phone_e164") WHERE seen_at is null;--> statement-breakpoint
CREATE INDEX "note_mentions_person" ON "note_mentions" USING btree ("tenant_id","phone_e164");--> statement-breakpoint
CREATE INDEX "reply_times_answered" ON "reply_times" USING btree ("tenant_id","answered_at");--> statement-breakpoint
CREATE UNIQUE INDEX "saved_replies_name" ON "saved_replies" USING btree ("tenant_id",lower(name));--> statement-breakpoint
CREATE UNIQUE INDEX "teams_name" ON "teams" USING btree ("tenant_id",lower(name));--> statement-breakpoint
-- What nobody has left unread is read for every member, as the inbox has shown it until now.
UPDATE conversations c SET
  last_kind = (SELECT m.kind FROM inbound_messages m WHERE m.id = c.last_inbound_id),
  read_by_all_up_to = CASE WHEN c.unread = 0 THEN c.last_inbound_id END;
--> statement-breakpoint
CREATE INDEX "conversations_open" ON "conversations" USING btree ("tenant_id",(unread > 0),"last_inbound_id") WHERE last_waiting_id > coalesce(closed_up_to, '00000000-0000-0000-0000-000000000000') and snoozed_until is null;--> statement-breakpoint
CREATE INDEX "conversations_assigned" ON "conversations" USING btree ("tenant_id","assignee_id",(unread > 0),"last_inbound_id") WHERE last_waiting_id > coalesce(closed_up_to, '00000000-0000-0000-0000-000000000000') and snoozed_until is null;--> statement-breakpoint
CREATE INDEX "conversations_by_assignee" ON "conversations" USING btree ("tenant_id",(assignee_id::text),(unread > 0),"last_inbound_id") WHERE assignee_id is not null;--> statement-breakpoint
CREATE INDEX "conversations_by_team" ON "conversations" USING btree ("tenant_id","team_id",(unread > 0),"last_inbound_id") WHERE team_id is not null;--> statement-breakpoint
CREATE INDEX "conversations_snoozed" ON "conversations" USING btree ("snoozed_until") WHERE snoozed_until is not null;--> statement-breakpoint
CREATE INDEX "conversations_to_route" ON "conversations" USING btree ("tenant_id","last_inbound_id") WHERE needs_routing;
--> statement-breakpoint
-- A text ends a snooze at once. One that waits for a person is routed, if the tenant has rules and nobody takes care of it.
CREATE OR REPLACE FUNCTION keep_new_inbound() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO conversations AS c (tenant_id, phone_e164, last_inbound_id, last_kind, last_waiting_id, campaign_id, unread, undecided, needs_routing)
  SELECT n.*, n.last_waiting_id IS NOT NULL AND EXISTS (
    SELECT FROM inbox_settings s WHERE s.tenant_id = n.tenant_id AND s.routing <> '[]')
  FROM (
    SELECT tenant_id, from_phone, (array_agg(id ORDER BY id DESC))[1], (array_agg(kind ORDER BY id DESC))[1],
      (array_agg(id ORDER BY id DESC) FILTER (WHERE is_unread(kind, NULL) = 1))[1] AS last_waiting_id,
      (array_agg(campaign_id ORDER BY id DESC))[1], sum(is_unread(kind, read_at)), sum(is_undecided(kind, decision))
    FROM new_rows WHERE tenant_id IS NOT NULL GROUP BY 1, 2
  ) n ORDER BY 1, 2
  ON CONFLICT (tenant_id, phone_e164) DO UPDATE SET
    last_inbound_id = greatest(c.last_inbound_id, excluded.last_inbound_id),
    last_kind = CASE WHEN excluded.last_inbound_id > c.last_inbound_id THEN excluded.last_kind ELSE c.last_kind END,
    last_waiting_id = greatest(c.last_waiting_id, excluded.last_waiting_id),
    campaign_id = coalesce(excluded.campaign_id, c.campaign_id),
    unread = c.unread + excluded.unread, undecided = c.undecided + excluded.undecided,
    snoozed_until = NULL, needs_routing = c.needs_routing OR excluded.needs_routing AND c.assignee_id IS NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- The parts of three letters that a text holds, and whose it is: GIN then reads one tenant's texts.
CREATE FUNCTION text_parts(tenant uuid, body text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(DISTINCT substr(folded, n, 3)) || tenant::text
  FROM (SELECT public.fold_name(body) AS folded) whole, generate_series(1, length(folded) - 2) n
$$;
--> statement-breakpoint
CREATE INDEX "inbound_messages_parts" ON "inbound_messages" USING gin (text_parts(tenant_id, body)) WHERE in_search and tenant_id is not null and body <> '';--> statement-breakpoint
CREATE INDEX "inbound_messages_to_index" ON "inbound_messages" USING btree ("id") WHERE not in_search;--> statement-breakpoint
CREATE INDEX "conversation_notes_parts" ON "conversation_notes" USING gin (text_parts(tenant_id, body));--> statement-breakpoint
CREATE INDEX "campaigns_reply_parts" ON "campaigns" USING gin (text_parts(tenant_id, body)) WHERE kind = 'reply' and body <> '';
--> statement-breakpoint
-- The numbers of people whose conversations hold these words: in a text of theirs, a reply to them or a note, newest first.
-- It runs as the owner, because row-level security lets no index on parts of a text be used; it reads the transaction's
-- tenant alone. Words that many texts hold are found among the newest texts: the index would give all of them.
CREATE FUNCTION search_texts(words text, wanted int) RETURNS TABLE (phone text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  ours uuid := current_tenant();
  needle text := fold_name(words);
  parts text[] := text_parts(current_tenant(), words);
  phones text[];
BEGIN
  phones := array(
    SELECT newest.from_phone FROM (
      SELECT m.id, m.from_phone, m.body FROM inbound_messages m WHERE m.tenant_id = ours ORDER BY m.id DESC LIMIT 10000
    ) newest
    WHERE strpos(fold_name(newest.body), needle) > 0
    GROUP BY 1 ORDER BY max(newest.id::text) DESC LIMIT wanted);
  IF cardinality(phones) < wanted AND length(needle) >= 3 THEN
    phones := array(
      SELECT found.whose FROM (
        SELECT m.from_phone AS whose, m.created_at FROM inbound_messages m
        WHERE m.tenant_id = ours AND m.in_search AND m.body <> '' AND text_parts(m.tenant_id, m.body) @> parts
          AND strpos(fold_name(m.body), needle) > 0
        UNION ALL
        SELECT n.phone_e164, n.created_at FROM conversation_notes n
        WHERE n.tenant_id = ours AND text_parts(n.tenant_id, n.body) @> parts AND strpos(fold_name(n.body), needle) > 0
        UNION ALL
        SELECT p.phone_e164, c.created_at FROM campaigns c
        JOIN contacts p ON p.tenant_id = ours AND p.id = (c.audience ->> 'contactId')::uuid
        WHERE c.tenant_id = ours AND c.kind = 'reply' AND c.body <> '' AND text_parts(c.tenant_id, c.body) @> parts
          AND strpos(fold_name(c.body), needle) > 0
      ) found
      GROUP BY 1 ORDER BY max(found.created_at) DESC LIMIT wanted);
  END IF;
  RETURN QUERY SELECT unnest(phones);
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION search_texts(text, int) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION search_texts(text, int) TO smscrm_app;
--> statement-breakpoint
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['conversation_reads', 'conversation_tags', 'inbox_members', 'inbox_settings', 'note_mentions',
    'reply_times', 'saved_replies', 'team_members', 'teams'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()))', t);
    EXECUTE format('CREATE POLICY pipeline ON %I TO smscrm_pipeline USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO smscrm_app, smscrm_pipeline', t);
  END LOOP;
END $$;
--> statement-breakpoint
GRANT UPDATE ("team_id", "snoozed_until", "needs_routing") ON "conversations" TO smscrm_app;
