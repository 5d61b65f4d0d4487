import { expect, test } from "vitest";
import { forgetWithSession, type Me, startAs } from "./session.ts";
import { queryClient } from "./transport/query-client.ts";

const me = { user: { id: "u" }, tenant: { id: "t" } } as unknown as Me;

test("a session that ends takes along what pages show and what they remember", () => {
  const drafts = new Map([["+61491570006", "Hello Mia"]]);
  forgetWithSession(() => drafts.clear());
  queryClient.setQueryData(["me"], me);
  queryClient.setQueryData(["contacts", {}], { items: [{ phone: "+61491570006" }] });
  startAs(null);
  expect(drafts.size).toBe(0);
  expect(queryClient.getQueryData(["contacts", {}])).toBeUndefined();
  expect(queryClient.getQueryData(["me"])).toBeNull();
});
