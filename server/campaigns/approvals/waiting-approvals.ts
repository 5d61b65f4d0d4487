import { decideFault } from "@smscrm/core/campaigns/approval";
import { type MemberRole, may } from "@smscrm/core/process/roles";
import * as db from "@smscrm/db/campaigns/approvals";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";

/** What waits for one member. */
export interface WaitingApprovals {
  /** Requests that they may decide. */
  toDecide: number;
  /** Their approved campaigns that are launched by hand. */
  toLaunch: number;
  /** Their requests that came back with a comment. */
  returned: number;
  /** Scheduled campaigns that did not launch. */
  notLaunched: number;
  /** The only request to decide, to open it at once; null: none, or several. */
  onlyId: string | null;
}

/** A request as lists show it. */
export interface ListedApproval extends db.Approval {
  /** Whether this member may decide it. */
  isDecidable: boolean;
  isOwn: boolean;
}

type Member = { tenantId: string; session: MemberRole & { userId: string } };

/** Returns a function that says what a member may do with a request. */
export const listed =
  ({ session }: Member) =>
  (approval: db.Approval): ListedApproval => {
    const { askedBy, editedBy, status } = approval;
    const isFree = decideFault({ askedBy: askedBy.id, editedBy }, session.userId) === null;
    return {
      ...approval,
      isDecidable: status === "open" && isFree && may(session, "campaigns.approve"),
      isOwn: askedBy.id === session.userId,
    };
  };

export async function readWaitingApprovals(tx: TenantTransaction, member: Member): Promise<WaitingApprovals> {
  const all = (await db.listCurrentApprovals(tx, member.tenantId)).map(listed(member));
  const toDecide = all.filter(({ isDecidable }) => isDecidable);
  const own = all.filter(({ isOwn }) => isOwn);
  return {
    toDecide: toDecide.length,
    toLaunch: own.filter(({ status, launchAt }) => status === "approved" && launchAt === null).length,
    returned: own.filter(({ status }) => status === "returned").length,
    notLaunched: may(member.session, "campaigns.launch") ? await db.countNotLaunched(tx, member.tenantId) : 0,
    onlyId: toDecide.length === 1 ? toDecide[0]!.id : null,
  };
}
