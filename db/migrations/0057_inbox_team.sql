CREATE TABLE "conversation_notes" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"author_id" uuid NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "last_waiting_id" uuid;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "closed_up_to" uuid;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "assignee_id" uuid;--> statement-breakpoint
ALTER TABLE "conversation_notes" ADD CONSTRAINT "conversation_notes_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_notes" ADD CONSTRAINT "conversation_notes_author_id_users_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversation_notes_newest" ON "conversation_notes" USING btree ("tenant_id","phone_e164","id");--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_assignee" FOREIGN KEY ("assignee_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- What is unread waits now. What was read before counts as done, as the inbox has shown it until now.
UPDATE conversations SET last_waiting_id = last_inbound_id WHERE unread > 0 OR undecided > 0;
--> statement-breakpoint
CREATE INDEX "conversations_open" ON "conversations" USING btree ("tenant_id",(unread > 0),"last_inbound_id") WHERE last_waiting_id > coalesce(closed_up_to, '00000000-0000-0000-0000-000000000000');--> statement-breakpoint
CREATE INDEX "conversations_assigned" ON "conversations" USING btree ("tenant_id","assignee_id",(unread > 0),"last_inbound_id") WHERE last_waiting_id > coalesce(closed_up_to, '00000000-0000-0000-0000-000000000000');
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_new_inbound() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO conversations AS c (tenant_id, phone_e164, last_inbound_id, last_waiting_id, campaign_id, unread, undecided)
  SELECT tenant_id, from_phone, (array_agg(id ORDER BY id DESC))[1],
    (array_agg(id ORDER BY id DESC) FILTER (WHERE is_unread(kind, NULL) = 1))[1],
    (array_agg(campaign_id ORDER BY id DESC))[1], sum(is_unread(kind, read_at)), sum(is_undecided(kind, decision))
  FROM new_rows WHERE tenant_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (tenant_id, phone_e164) DO UPDATE SET
    last_inbound_id = greatest(c.last_inbound_id, excluded.last_inbound_id),
    last_waiting_id = greatest(c.last_waiting_id, excluded.last_waiting_id),
    campaign_id = coalesce(excluded.campaign_id, c.campaign_id),
    unread = c.unread + excluded.unread, undecided = c.undecided + excluded.undecided;
  RETURN NULL;
END $$;
--> statement-breakpoint
ALTER TABLE "conversation_notes" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "conversation_notes" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON "conversation_notes" TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON "conversation_notes" TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON "conversation_notes" TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "conversation_notes" TO smscrm_pipeline;
--> statement-breakpoint
GRANT UPDATE ("last_waiting_id", "closed_up_to", "assignee_id") ON "conversations" TO smscrm_app;
