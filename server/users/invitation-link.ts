import { joinAddress } from "@smscrm/db/users/secret-tokens";
import type { Dependencies } from "../dependencies.ts";
import { invitationMail } from "../mail/letters.ts";
import { MailFault } from "../mail/mailer.ts";
import type { Session } from "./session.ts";

/** An invitation's link: mailed to the invited person, or given to the inviter, who passes it on. */
export interface InvitationLink {
  email: string;
  expiresAt: Date;
  /** Null if it was mailed: then only the mailbox's owner has it. */
  url: string | null;
  /** Why it was not mailed, although this server sends mail. */
  mailFault: string | null;
}

/** Mails the link of an invitation to `organisation`, or returns it where it can't be mailed. */
export async function deliverInvitation(
  { session, dependencies: { mailer, publicUrl, log } }: { session: Session; dependencies: Dependencies },
  token: string,
  {
    email,
    role,
    expiresAt,
    organisation,
  }: { email: string; role: string; expiresAt: Date; organisation: string },
): Promise<InvitationLink> {
  const url = joinAddress(publicUrl, token);
  if (!mailer) return { email, expiresAt, url, mailFault: null };
  const inviter = { name: session.name, email: session.email };
  try {
    await mailer.send(invitationMail({ to: email, organisation, role, inviter, url }));
    return { email, expiresAt, url: null, mailFault: null };
  } catch (error) {
    if (!(error instanceof MailFault)) throw error;
    log.error({ error }, "An invitation was not mailed");
    return { email, expiresAt, url, mailFault: error.message };
  }
}
