import { may } from "@smscrm/core/process/roles";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { listPeople } from "@smscrm/db/users/members";

/** Returns the members who can be given a conversation: those who may reply. */
export async function assigneesOf(
  tx: TenantTransaction,
  tenantId: string,
): Promise<{ id: string; name: string }[]> {
  const people = await listPeople(tx, tenantId);
  return people
    .filter((person) => may(person, "messages.reply"))
    .map(({ userId, name }) => ({ id: userId, name }));
}
