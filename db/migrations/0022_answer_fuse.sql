-- A limit for each tenant on automatic answers, by minute and by day.
CREATE TABLE "automatic_answer_fuses" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"minute" timestamp with time zone NOT NULL,
	"in_minute" integer NOT NULL,
	"day" date NOT NULL,
	"in_day" integer NOT NULL,
	"refused_at" timestamp with time zone,
	"refused" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "automatic_answer_fuses_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id")
);
--> statement-breakpoint
CREATE INDEX "automatic_answer_fuses_refused" ON "automatic_answer_fuses" USING btree ("refused_at") WHERE refused_at is not null;
--> statement-breakpoint
ALTER TABLE automatic_answer_fuses ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE automatic_answer_fuses FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON automatic_answer_fuses TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON automatic_answer_fuses TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON automatic_answer_fuses TO smscrm_pipeline;
--> statement-breakpoint
GRANT SELECT ON automatic_answer_fuses TO smscrm_app;
--> statement-breakpoint
-- A text from a listed person who seems to want texts again is unread too.
CREATE OR REPLACE FUNCTION is_unread(kind text, read_at timestamptz) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT (read_at IS NULL AND kind IN ('none', 'ask-a-person', 'wants-texts'))::int $$;
--> statement-breakpoint
DROP INDEX "inbound_messages_open";
--> statement-breakpoint
CREATE INDEX "inbound_messages_open" ON "inbound_messages" USING btree ("tenant_id","from_phone") WHERE (read_at is null and kind in ('none', 'ask-a-person', 'wants-texts')) or (kind = 'ask-a-person' and decision is null);
