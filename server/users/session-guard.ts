import { mayIn } from "@smscrm/core/platform/roles";
import { type Action, roleName } from "@smscrm/core/process/roles";
import { PROOF_MINUTES } from "@smscrm/core/process/second-factor";
import { proofWanted } from "../http/refusals.ts";
import type { Session } from "./session.ts";

/** Why a request is refused, in the same words for procedures, files and curl. */
export interface GuardRefusal {
  status: 401 | 403;
  error: string;
}

/** What a member may do who must have a second factor and has none yet: stop what is running. */
const WITHOUT_SECOND_FACTOR: readonly Action[] = ["killSwitch.pause"];

/** Returns why this session may not do `action`, by core's table of roles and the tenant's policy, or null if it may. */
export function guardRefusal(session: Session | null, action: Action): GuardRefusal | null {
  if (!session) return { status: 401, error: "Please sign in to continue." };
  if (session.lacksSecondFactor && !WITHOUT_SECOND_FACTOR.includes(action)) {
    return { status: 403, error: lacksSecondFactor(session) };
  }
  if (mayIn(session.tenant, session, action)) return null;
  const error = `Your role (${roleName(session)}) does not allow this. Ask an owner of ${session.tenant.name}.`;
  return { status: 403, error };
}

export const lacksSecondFactor = ({ tenant }: Session) =>
  `${tenant.name} requires a second factor. Set one up in the dashboard, under Security.`;

const PROVE_FIRST = `This needs a proof of who you are that is less than ${PROOF_MINUTES} minutes old. Confirm it under Security in the dashboard, or with secondFactor.prove, or sign in again. Then repeat this.`;

/** Returns why this session must prove first who is there, or null if it did so lately. */
export function proofRefusal({ isProven }: Session): { status: 428; error: string } | null {
  return isProven ? null : { status: 428, error: PROVE_FIRST };
}

/** Throws what the dashboard answers with a dialog, and then repeats the call. */
export function mustBeProven(session: Session): void {
  const refusal = proofRefusal(session);
  if (refusal) throw proofWanted(refusal.error);
}
