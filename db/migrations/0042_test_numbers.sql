-- Numbers on which members get tests of campaigns, the choices of imports that wait for answers, and how many people an
-- import renamed. The new columns take a short lock each; nothing is rewritten.
CREATE TABLE "test_numbers" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuid_v7() NOT NULL,
	"user_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"contact_id" uuid NOT NULL,
	"code" text,
	"code_expires_at" timestamp with time zone,
	"code_guesses" smallint DEFAULT 0 NOT NULL,
	"counted_on" date,
	"codes_sent" smallint DEFAULT 0 NOT NULL,
	"tests_sent" smallint DEFAULT 0 NOT NULL,
	"verified_at" timestamp with time zone,
	"removed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "test_numbers_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "test_number_id" uuid;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "values_of" uuid;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "asked_by_owner_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "choices" jsonb;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "renamed" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "test_numbers" ADD CONSTRAINT "test_numbers_member" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."memberships"("tenant_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "test_numbers_phone" ON "test_numbers" USING btree ("tenant_id","phone_e164");--> statement-breakpoint
CREATE INDEX "test_numbers_member_of" ON "test_numbers" USING btree ("tenant_id","user_id");--> statement-breakpoint
ALTER TABLE campaigns DROP CONSTRAINT campaigns_kind;
--> statement-breakpoint
-- The constraint before allowed fewer kinds, so every row fits: it is not checked again.
ALTER TABLE campaigns ADD CONSTRAINT campaigns_kind
  CHECK (kind IN ('campaign', 'reply', 'test', 'answer', 'confirmation', 'sign-up', 'code')) NOT VALID;
--> statement-breakpoint
ALTER TABLE test_numbers ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE test_numbers FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON test_numbers TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON test_numbers TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON test_numbers TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, DELETE ON test_numbers TO smscrm_pipeline;
--> statement-breakpoint
-- Tests have a permission of their own. Who could send them before still can.
UPDATE custom_roles SET actions = array_append(actions, 'campaigns.test')
WHERE 'campaigns.launch' = ANY (actions) AND NOT 'campaigns.test' = ANY (actions);
