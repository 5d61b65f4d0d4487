-- Two ways to work beside the ladder of owner, admin, operator and viewer: what each may do is decided in core.
ALTER TABLE memberships DROP CONSTRAINT memberships_role,
  ADD CONSTRAINT memberships_role CHECK (role IN ('owner', 'admin', 'operator', 'agent', 'auditor', 'viewer'));
--> statement-breakpoint
ALTER TABLE invitations DROP CONSTRAINT invitations_role,
  ADD CONSTRAINT invitations_role CHECK (role IN ('owner', 'admin', 'operator', 'agent', 'auditor', 'viewer'));
