import { PERSON_CLICKS } from "@smscrm/core/links/click-privacy";
import { allowedHost, HOSTS_MAX } from "@smscrm/core/links/destination";
import { recordAudit } from "@smscrm/db/audit/audit";
import * as reports from "@smscrm/db/links/reports";
import * as db from "@smscrm/db/links/settings";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { newToken } from "@smscrm/db/users/secret-tokens";
import { z } from "zod";
import { byId } from "../http/inputs.ts";
import { badRequest, conflict, unmet } from "../http/refusals.ts";
import { allowed, type Context, router } from "../trpc.ts";
import { domainName, isShownByDns, recordOf } from "../users/single-sign-on/verify-domain.ts";
import { leadsHere } from "./domain-check.ts";

/** Settings → Short links, as a page shows them. */
interface ShownLinkSettings extends Omit<db.LinkSettings, "domainToken"> {
  /** Where short links lead before their path. Their length counts. */
  base: string;
  /** What DNS has to show for the domain; null: there is none. */
  record: { name: string; value: string } | null;
}

const recordName = (domain: string) => `_smscrm.${domain}`;

function shown({ domainToken, ...settings }: db.LinkSettings, publicUrl: string): ShownLinkSettings {
  const { domain } = settings;
  return {
    ...settings,
    base: db.linkBase({ ...settings, domainToken }, publicUrl),
    record: domain && domainToken ? { name: recordName(domain), value: recordOf(domainToken) } : null,
  };
}

/** The clicks of short links, and what short links may do. */
export const shortLinks = router({
  settings: allowed("settings.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) =>
      shown(await db.readLinkSettings(tx, ctx.tenantId), ctx.dependencies.publicUrl),
    ),
  ),

  /** `updatedAt`: of the settings that the person changed; null: there were none. */
  update: allowed("settings.write")
    .input(
      z.strictObject({
        allowedHosts: z.array(allowedHost).max(HOSTS_MAX, `Allow at most ${HOSTS_MAX} hosts.`),
        personClicks: z.enum(PERSON_CLICKS),
        /** What `everybody` needs: the organisation says that it has the consent that the law asks for. */
        hasConsent: z.boolean(),
        expiresDays: z
          .int()
          .min(1, "Let links work for at least a day.")
          .max(730, "Let links work for at most 730 days."),
        updatedAt: z.iso.datetime({ offset: true }).nullable(),
      }),
    )
    .mutation(({ ctx, input: { updatedAt, hasConsent, ...input } }) =>
      ctx.inTenant(async (tx) => {
        const before = await db.readLinkSettings(tx, ctx.tenantId);
        if (input.personClicks === "everybody" && before.personClicks !== "everybody" && !hasConsent)
          throw badRequest("Confirm that these people gave consent to be recorded when they open a link.");
        const change = { ...input, allowedHosts: [...new Set(input.allowedHosts)] };
        const saved = await db.saveLinkSettings(
          tx,
          ctx.tenantId,
          updatedAt ? new Date(updatedAt) : null,
          change,
        );
        if (!saved)
          throw conflict(
            "Someone else changed these settings while you edited them. Reload the page, then make your change again.",
          );
        const { allowedHosts, personClicks, expiresDays } = before;
        await audit(tx, ctx, "links.update", {
          before: { allowedHosts, personClicks, expiresDays },
          after: change,
        });
        return shown(await db.readLinkSettings(tx, ctx.tenantId), ctx.dependencies.publicUrl);
      }),
    ),

  /** Sets the domain of short links, which is used once it is verified; null: the server's own address. */
  setDomain: allowed("settings.write")
    .input(z.strictObject({ domain: domainName.nullable() }))
    .mutation(({ ctx, input: { domain } }) =>
      ctx.inTenant(async (tx) => {
        const { publicUrl } = ctx.dependencies;
        if (domain !== null && domain === new URL(publicUrl).hostname)
          throw badRequest(
            "That is this server's own address: short links lead there without a domain of yours.",
          );
        const before = await db.readLinkSettings(tx, ctx.tenantId);
        if (domain !== before.domain) {
          await db.setLinkDomain(tx, ctx.tenantId, domain, domain === null ? null : newToken());
          await audit(tx, ctx, "links.domain", { before: before.domain, after: domain });
        }
        return shown(await db.readLinkSettings(tx, ctx.tenantId), publicUrl);
      }),
    ),

  /** Looks for the record in DNS, and whether the domain leads here. From then on new campaigns use it. */
  verifyDomain: allowed("settings.write").mutation(async ({ ctx }) => {
    const { publicUrl, singleSignOn } = ctx.dependencies;
    const { domain, domainToken } = await ctx.inTenant((tx) => db.readLinkSettings(tx, ctx.tenantId));
    if (!domain || !domainToken) throw unmet("Enter a domain first.");
    const isRecorded = await isShownByDns(singleSignOn.resolveTxt, recordName(domain), domainToken);
    if (typeof isRecorded === "string") throw unmet(isRecorded);
    if (!isRecorded)
      throw unmet(
        `DNS does not show the record ${recordOf(domainToken)} at ${recordName(domain)} yet. It can take some hours after you added it.`,
      );
    const fault = await leadsHere(singleSignOn.network, domain, domainToken);
    if (fault) throw unmet(fault);
    return ctx.inTenant(async (tx) => {
      if (!(await db.noteVerifiedDomain(tx, ctx.tenantId, domainToken)))
        throw conflict("Someone else changed the domain in this moment. Reload the page and check it again.");
      await audit(tx, ctx, "links.verify", { domain });
      return shown(await db.readLinkSettings(tx, ctx.tenantId), publicUrl);
    });
  }),

  /** The clicks of a campaign; null: it has no short links. */
  ofCampaign: allowed("campaigns.read")
    .input(byId)
    .query(({ ctx, input }) => ctx.inTenant((tx) => reports.readCampaignClicks(tx, ctx.tenantId, input.id))),

  /** What the recipient of a message clicked. */
  ofMessage: allowed("messages.read")
    .input(byId)
    .query(({ ctx, input }) => ctx.inTenant((tx) => reports.readMessageClicks(tx, ctx.tenantId, input.id))),
});

function audit(
  tx: TenantTransaction,
  {
    tenantId,
    session,
  }: Pick<Context & { tenantId: string; session: { userId: string } }, "tenantId" | "session">,
  action: string,
  detail: Record<string, unknown>,
) {
  return recordAudit(tx, {
    ...{ tenantId, actorId: session.userId, action },
    ...{ objectKind: "tenant", objectId: tenantId, detail },
  });
}
