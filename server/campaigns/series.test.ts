import { localDay } from "@smscrm/core/time/budget-period";
import { launchSeries } from "@smscrm/db/campaigns/series/series";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import type { SeriesView } from "./series-router.ts";

let server: TestServer;
let tenantId: string;
let owner: Caller;
let viewer: Caller;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "viewer"]);
  owner = await server.signIn("owner@acme.example.com");
  viewer = await server.signIn("viewer@acme.example.com");
  await addContacts(server.sql, tenantId, FICTION);
});
afterAll(() => server.close());

const MONDAYS = { every: "week", weekdays: [1], time: "09:00" } as const;
const draft = async (change: object = {}) =>
  (await owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, ...change })).data.id;
const start = (id: string, change: object = {}) =>
  owner.mutate<{ nextAt: string }>("series.start", {
    ...{ id, rule: MONDAYS, endsOn: null, sendsLate: false },
    ...change,
  });
const view = async (id: string) => (await viewer.query<SeriesView>("series.get", { id })).data;
/** Makes it due now, with its last days still to be dealt with. */
const due = (id: string) => server.sql`
  update campaign_series set next_at = now(), done_through = done_through - 7 where campaign_id = ${id}`;

describe("a draft that repeats", () => {
  it("lists its next days, and what became of the past ones", async () => {
    const id = await draft();
    expect(await view(id)).toEqual({ series: null, occurrences: [] });
    expect((await start(id)).status).toBe(200);
    const { series } = await view(id);
    expect(series!.nextDays).toHaveLength(5);
    for (const day of series!.nextDays) expect(new Date(day).getUTCDay()).toBe(1);
    const [row] = await server.sql`select timezone from tenants where id = ${tenantId}`;
    expect(localDay(row!.timezone, new Date(series!.nextAt!))).toBe(series!.nextDays[0]);
    await due(id);
    await launchSeries(server.sql);
    const { occurrences } = await view(id);
    expect(occurrences).toMatchObject([{ status: expect.stringMatching(/launching|canceled/) }]);
    expect((await owner.query("campaigns.get", { id })).data).toMatchObject({
      status: "draft",
      repeats: true,
    });
  });

  it("can't be launched, scheduled, changed or deleted by hand until it is paused or ended", async () => {
    const id = await draft();
    await start(id);
    const { data } = await owner.query<{ updatedAt: string }>("campaigns.get", { id });
    const change = { ...DRAFT, id, updatedAt: data.updatedAt };
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const refused = [
      await owner.mutate("campaigns.launch", { id }),
      await owner.mutate("campaigns.schedule", { id, at }),
      await owner.mutate("campaigns.update", change),
      await owner.mutate("campaigns.remove", { id }),
      await start(id),
    ];
    for (const { code, message } of refused)
      expect({ code, message }).toMatchObject({
        code: "CONFLICT",
        message: expect.stringMatching(/repeats/),
      });
    expect((await owner.mutate("series.pause", { id })).status).toBe(200);
    expect((await owner.mutate("campaigns.update", change)).status).toBe(200);
    expect((await owner.mutate("series.resume", { id })).status).toBe(200);
    expect((await owner.mutate("series.end", { id })).status).toBe(200);
    expect(await owner.mutate("series.end", { id })).toMatchObject({ code: "CONFLICT" });
    expect((await owner.mutate("campaigns.remove", { id })).status).toBe(200);
  });

  it("is refused what a launch would be refused, days that never come, and fields that are no dates", async () => {
    const message = async (id: string, change: object = {}) => (await start(id, change)).message;
    expect(await message(await draft({ audience: { kind: "tags", tags: ["nobody"] } }))).toMatch("Nobody");
    expect(await message(await draft({ body: "Hi {{shoe_size}}" }))).toMatch("no field");
    const id = await draft();
    expect(await message(id, { endsOn: "2020-01-01" })).toMatch("ended before its first day");
    expect(await message(id, { endsOn: "2090-01-01" })).toMatch("five years");
    const yearly = { every: "year", field: "birthday", offsetDays: 0, time: "09:00" };
    expect(await message(id, { rule: yearly })).toMatch("type date");
    await owner.mutate("fields.create", { label: "Birthday", type: "date" });
    expect((await start(id, { rule: yearly })).status).toBe(200);
    expect((await view(id)).series!.rule).toEqual(yearly);
  });

  it("is no matter of a viewer, and each change is in the audit log", async () => {
    const id = await draft();
    for (const path of ["start", "pause", "resume", "end"])
      expect(
        (
          await viewer.mutate(`series.${path}`, {
            id,
            ...(path === "start" && { rule: MONDAYS, endsOn: null, sendsLate: false }),
          })
        ).code,
      ).toBe("FORBIDDEN");
    await start(id);
    await owner.mutate("series.pause", { id });
    await owner.mutate("series.resume", { id });
    await owner.mutate("series.end", { id });
    const rows = await server.sql`select action from audit_log where object_id = ${id} order by seq`;
    expect(rows.map(({ action }) => action)).toEqual([
      ...["campaign.create", "campaign.repeat", "campaign.repeat-pause"],
      ...["campaign.repeat-resume", "campaign.repeat-end"],
    ]);
  });
});
