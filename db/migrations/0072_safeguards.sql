-- Trial mode, in which only the team's own numbers are texted, and the inbox that paces marketing. Each column takes a
-- short lock; nothing is rewritten.
ALTER TABLE "campaigns" ADD COLUMN "is_trial" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "trial_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "inbox_limit" integer;--> statement-breakpoint
ALTER TABLE "tenants" ADD CONSTRAINT "tenants_inbox_limit" CHECK (inbox_limit BETWEEN 1 AND 2000);
--> statement-breakpoint
GRANT UPDATE (trial_since, inbox_limit) ON tenants TO smscrm_app;
--> statement-breakpoint
-- What is launched or scheduled in trial mode stays a trial: after the trial its texts must still reach nobody else. A
-- draft that is scheduled no more is an ordinary draft. A flow stays on after the trial, so its steps are none.
CREATE FUNCTION keep_trial() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.is_trial := NEW.status <> 'draft' AND NEW.kind <> 'flow'
    AND coalesce((SELECT trial_since IS NOT NULL FROM tenants WHERE id = NEW.tenant_id), false);
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER trial_begins BEFORE INSERT ON campaigns FOR EACH ROW WHEN (NEW.status <> 'draft') EXECUTE FUNCTION keep_trial();
--> statement-breakpoint
CREATE TRIGGER trial_stays BEFORE UPDATE OF status ON campaigns FOR EACH ROW
  WHEN (OLD.status = 'draft' AND NEW.status <> 'draft' OR OLD.status = 'scheduled' AND NEW.status = 'draft')
  EXECUTE FUNCTION keep_trial();
