import type { AudienceNames } from "@smscrm/core/audiences/words";
import { recentCampaignsQuery } from "../../data/campaigns.ts";
import { audiencesQuery } from "../../data/contacts/audiences.ts";
import { fieldsQuery } from "../../data/contacts/fields.ts";
import { recentImportsQuery } from "../../data/imports.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { countryName } from "../../ui/words/format.ts";

/** Returns what the ids of a definition are called. One that is not loaded, or too old for the lists, stays an id. */
export function useAudienceNames(): () => AudienceNames {
  const fields = useQuery(fieldsQuery);
  const imports = useQuery(recentImportsQuery);
  const campaigns = useQuery(recentCampaignsQuery);
  const audiences = useQuery(audiencesQuery);
  return () => ({
    field: (name) => (fields.isSuccess ? fields.data : []).find((one) => one.name === name)?.label ?? name,
    country: (code) => countryName(code),
    import: (id) => (imports.isSuccess ? imports.data : []).find((one) => one.id === id)?.fileName ?? id,
    campaign: (id) =>
      (campaigns.isSuccess ? campaigns.data.items : []).find((one) => one.id === id)?.name ?? (id || "…"),
    audience: (id) =>
      (audiences.isSuccess ? audiences.data : []).find((one) => one.id === id)?.name ?? (id || "…"),
  });
}
