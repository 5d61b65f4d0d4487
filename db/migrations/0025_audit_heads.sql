-- The ends of the audit logs, signed by a worker once an hour. An intruder who rewrites a log and
-- audit_heads can't sign. If signed heads were removed too, a copy elsewhere shows it (AUDIT_COPY).
CREATE TABLE "audit_signed_heads" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_signed_heads_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	"signed_at" timestamp with time zone NOT NULL,
	"key_id" text NOT NULL,
	"signature" "bytea" NOT NULL,
	CONSTRAINT "audit_signed_heads_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id")
);
--> statement-breakpoint
CREATE INDEX "audit_signed_heads_newest" ON "audit_signed_heads" USING btree ("tenant_id","id");
--> statement-breakpoint
CREATE TABLE "audit_keys" (
	"key_id" text PRIMARY KEY NOT NULL,
	"public_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_copies" (
	"place" text PRIMARY KEY NOT NULL,
	"copied_id" bigint DEFAULT 0 NOT NULL,
	"tried_at" timestamp with time zone,
	"failing_since" timestamp with time zone,
	"problem" text
);
--> statement-breakpoint
CREATE TABLE "audit_checks" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	"fault" text,
	"unbroken_until" timestamp with time zone,
	CONSTRAINT "audit_checks_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id")
);
--> statement-breakpoint
ALTER TABLE audit_signed_heads ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_signed_heads FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON audit_signed_heads FOR SELECT TO smscrm_app USING (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON audit_signed_heads TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE audit_checks ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_checks FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON audit_checks FOR SELECT TO smscrm_app USING (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON audit_checks TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON audit_signed_heads, audit_checks TO smscrm_app;
--> statement-breakpoint
-- No UPDATE and no DELETE of what is signed.
GRANT SELECT, INSERT ON audit_signed_heads, audit_keys TO smscrm_pipeline;
--> statement-breakpoint
GRANT USAGE ON SEQUENCE audit_signed_heads_id_seq TO smscrm_pipeline;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON audit_copies, audit_checks TO smscrm_pipeline;
--> statement-breakpoint
-- For the owner too, who would have to take the trigger away first.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_signed_heads FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_keys FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
