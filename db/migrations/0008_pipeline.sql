CREATE TABLE "carrier_checks" (
	"tenant_id" uuid NOT NULL,
	"sending_number_id" uuid NOT NULL,
	"direction" text NOT NULL,
	"checked_until" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	CONSTRAINT "carrier_checks_sending_number_id_direction_pk" PRIMARY KEY("sending_number_id","direction")
);
--> statement-breakpoint
CREATE TABLE "carrier_findings" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"message_sid" text NOT NULL,
	"from_phone" text NOT NULL,
	"to_phone" text NOT NULL,
	"carrier_status" text NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "price_checks" (
	"age_hours" integer PRIMARY KEY NOT NULL,
	"checked_until" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "sending_numbers_phone";--> statement-breakpoint
ALTER TABLE "send_attempts" ADD COLUMN "price_source" text;--> statement-breakpoint
ALTER TABLE "sending_numbers" ADD COLUMN "rested_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sending_numbers" ADD COLUMN "rest_reason" text;--> statement-breakpoint
ALTER TABLE "sending_numbers" ADD COLUMN "registration" text;--> statement-breakpoint
ALTER TABLE "sending_numbers" ADD COLUMN "registration_reference" text;--> statement-breakpoint
ALTER TABLE "sending_numbers" ADD COLUMN "registered_on" date;--> statement-breakpoint
CREATE INDEX "carrier_checks_due" ON "carrier_checks" USING btree ("direction","due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "carrier_findings_once" ON "carrier_findings" USING btree ("message_sid");--> statement-breakpoint
CREATE INDEX "carrier_findings_newest" ON "carrier_findings" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "carrier_findings_found" ON "carrier_findings" USING btree ("created_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "sending_numbers_name" ON "sending_numbers" USING btree ("tenant_id","country",lower("phone_e164")) WHERE kind = 'alphanumeric';--> statement-breakpoint
CREATE UNIQUE INDEX "sending_numbers_phone" ON "sending_numbers" USING btree ("phone_e164") WHERE kind <> 'alphanumeric';--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['carrier_checks', 'carrier_findings'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()))', t);
    EXECUTE format('CREATE POLICY pipeline ON %I TO smscrm_pipeline USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
--> statement-breakpoint
GRANT SELECT ON carrier_checks, carrier_findings TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON carrier_checks, carrier_findings, price_checks TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE carrier_checks
  ADD CONSTRAINT carrier_checks_number FOREIGN KEY (tenant_id, sending_number_id) REFERENCES sending_numbers (tenant_id, id) ON DELETE CASCADE,
  ADD CONSTRAINT carrier_checks_direction CHECK (direction IN ('inbound', 'outbound'));
--> statement-breakpoint
ALTER TABLE carrier_findings
  ADD CONSTRAINT carrier_findings_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id),
  ADD CONSTRAINT carrier_findings_kind CHECK (kind IN ('missed-inbound', 'unknown-message'));
--> statement-breakpoint
-- Attempts from before this version keep the price that they were sent at; those of the last hours are asked for.
INSERT INTO price_checks (age_hours, checked_until, due_at)
SELECT age, date_trunc('hour', now()) - make_interval(hours => age), now() FROM unnest(ARRAY[1, 6, 24, 72]) age;
--> statement-breakpoint
ALTER TABLE send_attempts ADD CONSTRAINT send_attempts_price_source CHECK (price_source IN ('carrier', 'estimate'));
--> statement-breakpoint
UPDATE sending_numbers SET registration = 'not-registered' WHERE kind = 'alphanumeric';
--> statement-breakpoint
ALTER TABLE sending_numbers ADD CONSTRAINT sending_numbers_registration
  CHECK (registration IN ('not-required', 'not-registered', 'pending', 'registered', 'refused') AND (registration IS NOT NULL) = (kind = 'alphanumeric'));
