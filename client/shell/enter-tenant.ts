import { useNavigate } from "@solidjs/router";
import { useSwitchTenant } from "../data/session.ts";
import { sentenceOf } from "../data/transport/problem.ts";
import { notifyProblem } from "../ui/toast.tsx";

/**
 * Returns a function that switches to another organisation of the person and opens its first page. In between it shows
 * a page that every role may see: the present one may be refused there, and a refusal is written to the audit log.
 */
export function useEnterTenant(): (tenantId: string) => Promise<void> {
  const navigate = useNavigate();
  const switchTenant = useSwitchTenant();
  return async (tenantId) => {
    navigate("/security");
    try {
      await switchTenant.mutateAsync(tenantId);
    } catch (error) {
      notifyProblem(sentenceOf(error));
    }
    navigate("/", { replace: true });
  };
}
