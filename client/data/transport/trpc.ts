import type { AppRouter } from "@smscrm/server/router";
import { createTRPCClient, httpBatchLink, httpLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { fetchAndWatch } from "./connection.ts";
import { fetchProven } from "./proof-fetch.ts";

const url = "/trpc";
/** Inputs are in the body, reads included: an address is kept in histories and logs, and inputs hold names and numbers. */
const methodOverride = "POST";

/** Reads that may take seconds. In a batch the others would wait for them. */
const LONG: readonly string[] = ["campaigns.preflight", "audiences.view", "flows.simulate"];

/** Short reads are batched. Changes and the kill switch get requests of their own, so that no slow read delays them. */
export const trpc = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === "subscription",
      true: httpSubscriptionLink({ url }),
      false: splitLink({
        condition: (operation) => operation.type === "mutation" || operation.path.startsWith("killSwitch."),
        true: httpLink({ url, methodOverride, fetch: fetchProven }),
        false: splitLink({
          condition: ({ path }) => LONG.includes(path),
          true: httpLink({ url, methodOverride, fetch: fetchAndWatch }),
          false: httpBatchLink({
            url,
            methodOverride,
            fetch: fetchAndWatch,
            maxItems: 12,
            maxURLLength: 6000,
          }),
        }),
      }),
    }),
  ],
});

// biome-ignore lint/suspicious/noExplicitAny: any argument list will do, only the result is read
type AnyQuery = { query: (...input: any[]) => Promise<unknown> };
// biome-ignore lint/suspicious/noExplicitAny: as above
type AnyMutation = { mutate: (...input: any[]) => Promise<unknown> };

/** The output of a procedure: `Answer<typeof trpc.contacts.get>`. */
export type Answer<P extends AnyQuery | AnyMutation> = P extends {
  query: (...input: never[]) => Promise<infer R>;
}
  ? R
  : P extends { mutate: (...input: never[]) => Promise<infer R> }
    ? R
    : never;

/** The input of a procedure. */
export type Question<P extends AnyQuery | AnyMutation> = P extends {
  query: (input: infer I, ...rest: never[]) => unknown;
}
  ? I
  : P extends { mutate: (input: infer I, ...rest: never[]) => unknown }
    ? I
    : never;
