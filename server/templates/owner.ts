import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { listPeople } from "@smscrm/db/users/members";
import { z } from "zod";
import { id } from "../http/inputs.ts";
import { badRequest } from "../http/refusals.ts";

export const ownerInput = z.strictObject({ id, userId: id });

/** Refuses an owner who is no member of the organisation. Returns their name. */
export async function mustBeMember(tx: TenantTransaction, tenantId: string, userId: string): Promise<string> {
  const member = (await listPeople(tx, tenantId)).find((one) => one.userId === userId);
  if (!member) throw badRequest("Only a member of your organisation can own this. Choose another.");
  return member.name;
}
