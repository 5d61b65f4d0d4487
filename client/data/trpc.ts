import type { AppRouter } from "@smscrm/server/router";
import { createTRPCClient, httpBatchLink, httpLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { fetchAndWatch } from "./connection.ts";

const url = "/trpc";

/** The one client. Reads are batched; a change goes alone, so that a slow read can't hold it up. */
export const trpc = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === "subscription",
      true: httpSubscriptionLink({ url }),
      false: splitLink({
        condition: (operation) => operation.type === "mutation",
        true: httpLink({ url, fetch: fetchAndWatch }),
        false: httpBatchLink({ url, fetch: fetchAndWatch, maxItems: 12, maxURLLength: 6000 }),
      }),
    }),
  ],
});

// biome-ignore lint/suspicious/noExplicitAny: any argument list will do, only the result is read
type AnyQuery = { query: (...input: any[]) => Promise<unknown> };
// biome-ignore lint/suspicious/noExplicitAny: as above
type AnyMutation = { mutate: (...input: any[]) => Promise<unknown> };

/** What a procedure answers, e.g. `Answer<typeof trpc.contacts.get>`. */
export type Answer<P extends AnyQuery | AnyMutation> = P extends {
  query: (...input: never[]) => Promise<infer R>;
}
  ? R
  : P extends { mutate: (...input: never[]) => Promise<infer R> }
    ? R
    : never;

/** What a procedure is asked with. */
export type Question<P extends AnyQuery | AnyMutation> = P extends {
  query: (input: infer I, ...rest: never[]) => unknown;
}
  ? I
  : P extends { mutate: (input: infer I, ...rest: never[]) => unknown }
    ? I
    : never;
