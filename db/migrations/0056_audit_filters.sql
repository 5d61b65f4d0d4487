CREATE INDEX "audit_log_actor" ON "audit_log" USING btree ("tenant_id","actor_id","id");--> statement-breakpoint
CREATE INDEX "audit_log_noun" ON "audit_log" USING btree ("tenant_id",split_part(action, '.', 1),"id");--> statement-breakpoint
CREATE INDEX "audit_log_object" ON "audit_log" USING btree ("tenant_id","object_kind","object_id","id");