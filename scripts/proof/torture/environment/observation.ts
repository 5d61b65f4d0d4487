import type { Pipeline } from "@smscrm/db/postgres/connection";

/**
 * Adds a schema to a tortured database. Its rows are written once, so that PostgreSQL's commit timestamps give, to
 * the microsecond, when an attempt or a gate's closing was committed.
 */
export async function observe(sql: Pipeline): Promise<void> {
  await sql.unsafe(STATEMENTS);
}

const STATEMENTS = `
create schema torture;

create table torture.claims (attempt_id uuid primary key, claimed_at timestamptz not null);
create function torture.note_claims() returns trigger language plpgsql security definer as $$
begin
  insert into torture.claims select id, claimed_at from new_rows;
  return null;
end $$;
create trigger torture_claims after insert on send_attempts referencing new table as new_rows
  for each statement execute function torture.note_claims();

create table torture.gates (
  seq bigint generated always as identity, tenant_id uuid not null, kind text not null, subject text not null,
  closed boolean not null);
create function torture.note_pause() returns trigger language plpgsql security definer as $$
begin
  if (old.sending_paused_at is null) <> (new.sending_paused_at is null) then
    insert into torture.gates (tenant_id, kind, subject, closed)
    values (new.id, 'pause', new.id::text, new.sending_paused_at is not null);
  end if;
  return null;
end $$;
create trigger torture_pause after update on tenants for each row execute function torture.note_pause();
create function torture.note_campaign() returns trigger language plpgsql security definer as $$
begin
  if (old.status in ('paused', 'canceled')) <> (new.status in ('paused', 'canceled')) then
    insert into torture.gates (tenant_id, kind, subject, closed)
    values (new.tenant_id, 'campaign', new.id::text, new.status in ('paused', 'canceled'));
  end if;
  return null;
end $$;
create trigger torture_campaign after update on campaigns for each row execute function torture.note_campaign();
create function torture.note_do_not_contact() returns trigger language plpgsql security definer as $$
begin
  if tg_op = 'DELETE' then
    insert into torture.gates (tenant_id, kind, subject, closed)
    values (old.tenant_id, 'do-not-contact', old.phone_e164, false);
  else
    insert into torture.gates (tenant_id, kind, subject, closed)
    values (new.tenant_id, 'do-not-contact', new.phone_e164, true);
  end if;
  return null;
end $$;
create trigger torture_do_not_contact after insert or delete on do_not_contact
  for each row execute function torture.note_do_not_contact();

-- Budgets as they were before a change: one that is lowered binds the next claim, not the one under way.
create table torture.budgets_before (tenant_id uuid not null, daily_cents numeric, monthly_cents numeric, until timestamptz);
create function torture.note_budget() returns trigger language plpgsql security definer as $$
begin
  if old.daily_budget_cents > new.daily_budget_cents or old.monthly_budget_cents > new.monthly_budget_cents then
    insert into torture.budgets_before
    values (new.id, old.daily_budget_cents, old.monthly_budget_cents, clock_timestamp());
  end if;
  return null;
end $$;
create trigger torture_budget after update on tenants for each row execute function torture.note_budget();

create table torture.reservations (tenant_id uuid primary key, times bigint not null);
create table torture.overruns (tenant_id uuid not null, period text, used numeric, allowed numeric);
create function torture.note_overrun() returns trigger language plpgsql security definer as $$
declare daily numeric; monthly numeric;
begin
  if new.daily_reserved_cents <= old.daily_reserved_cents and new.monthly_reserved_cents <= old.monthly_reserved_cents
  then return null; end if;
  insert into torture.reservations values (new.tenant_id, 1)
    on conflict (tenant_id) do update set times = torture.reservations.times + 1;
  select greatest(t.daily_budget_cents, max(b.daily_cents)), greatest(t.monthly_budget_cents, max(b.monthly_cents))
    into daily, monthly
    from tenants t left join torture.budgets_before b
      on b.tenant_id = t.id and b.until > clock_timestamp() - interval '2 seconds'
    where t.id = new.tenant_id group by t.id;
  if new.daily_reserved_cents > old.daily_reserved_cents and new.daily_reserved_cents + new.daily_spent_cents > daily then
    insert into torture.overruns values (new.tenant_id, 'day', new.daily_reserved_cents + new.daily_spent_cents, daily);
  end if;
  if new.monthly_reserved_cents > old.monthly_reserved_cents and new.monthly_reserved_cents + new.monthly_spent_cents > monthly then
    insert into torture.overruns values (new.tenant_id, 'month', new.monthly_reserved_cents + new.monthly_spent_cents, monthly);
  end if;
  return null;
end $$;
create trigger torture_overrun after update on budgets for each row execute function torture.note_overrun();
`;
