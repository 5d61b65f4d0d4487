import { checkBody } from "@smscrm/core/campaigns/campaign";
import { aboutText, everyText, type WrittenTexts } from "@smscrm/core/campaigns/texts/chosen-text";
import { linkFaults } from "@smscrm/core/links/written-links";
import { writtenTextsOf } from "@smscrm/db/campaigns/texts/campaign-texts";
import { customFieldNames } from "@smscrm/db/contacts/fields";
import { readLinkSettings } from "@smscrm/db/links/settings";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { badRequest } from "../../http/refusals.ts";

/**
 * Refuses a campaign with a text that the carrier would refuse, with a field or a snippet that there is not, or with links that
 * can't be shortened: in any language, variant and country of its snippets.
 */
export async function mustBeSoundTexts(
  tx: TenantTransaction,
  tenantId: string,
  campaign: { id: string; shortenLinks: boolean },
): Promise<WrittenTexts> {
  const written = await writtenTextsOf(tx, tenantId, campaign.id);
  const fields = await customFieldNames(tx, tenantId);
  const hosts = campaign.shortenLinks ? (await readLinkSettings(tx, tenantId)).allowedHosts : [];
  for (const text of everyText(written)) {
    const [fault] = [
      ...checkBody(text.body, fields).errors,
      ...(campaign.shortenLinks ? linkFaults(text.body, hosts) : []),
    ];
    if (fault) throw badRequest(aboutText(text, fault));
  }
  return written;
}
