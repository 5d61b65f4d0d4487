-- Joining another organisation asks whether the password that was just proven is still the account's. The API's roles for all
-- tenants can't read hashes; they can ask this. Volatile, so that it sees what another transaction has just committed.
CREATE FUNCTION has_password(person uuid, hash text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM users WHERE id = person AND password_hash = hash)
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION has_password(uuid, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION has_password(uuid, text) TO smscrm_pipeline;
