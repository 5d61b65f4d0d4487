-- A/B tests: which of a campaign's texts each message has, and which is chosen. New columns without a rewrite; no index
-- is added to send_jobs.
ALTER TABLE "campaigns" ADD COLUMN "ab_test" jsonb;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "test_draws" integer;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "winner" smallint;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "stopped_variants" smallint[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "send_jobs" ADD COLUMN "variant" smallint;--> statement-breakpoint
ALTER TABLE "first_parts" ADD COLUMN "variants" jsonb;
--> statement-breakpoint
-- Who is in a test, and which text was chosen, never changes: nobody may get both texts, whatever is decided twice.
CREATE FUNCTION keep_ab_test() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the A/B test of campaign % is decided and does not change', OLD.id USING ERRCODE = 'check_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_ab_test BEFORE UPDATE ON campaigns FOR EACH ROW
WHEN ((OLD.winner IS NOT NULL AND NEW.winner IS DISTINCT FROM OLD.winner)
  OR (OLD.test_draws IS NOT NULL AND NEW.test_draws IS DISTINCT FROM OLD.test_draws))
EXECUTE FUNCTION keep_ab_test();
--> statement-breakpoint
-- The texts of a launched campaign do not change either. Those of a campaign that is deleted go with it.
CREATE FUNCTION keep_launched_texts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM campaigns c WHERE c.tenant_id = OLD.tenant_id AND c.id = OLD.campaign_id AND c.launched_at IS NOT NULL) THEN
    RAISE EXCEPTION 'campaign % is launched, so its texts do not change', OLD.campaign_id USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_launched_texts BEFORE UPDATE OR DELETE ON campaign_texts FOR EACH ROW EXECUTE FUNCTION keep_launched_texts();
--> statement-breakpoint
-- How the texts are tested is part of what is approved, as the texts are (0075).
CREATE FUNCTION end_approvals_of_ab_tests() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM end_approvals_of_text(NEW.tenant_id, NEW.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER end_approvals_of_ab_tests AFTER UPDATE ON campaigns FOR EACH ROW
WHEN (OLD.status IN ('draft', 'scheduled') AND OLD.ab_test IS DISTINCT FROM NEW.ab_test)
EXECUTE FUNCTION end_approvals_of_ab_tests();
