import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "../postgres/page.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { type ContactFilter, type ContactRow, listContacts } from "./contacts.ts";

let fixture: SendFixture;
let tenantId: string;
let neighbour: string;

const FIRST = ["Mia", "mia", "Zoë", "Zoe", "Amélia", "Olivia", "李", null, "Anna Mia", "O'Shea"];
/** Šilhavý and Nováková: https://github.com/SimpleMobileTools/Simple-Contacts/issues/666 */
const LAST = [
  "Smith",
  "Šilhavý",
  "Nováková",
  "Śmith",
  "Zoellner",
  "de Souza",
  null,
  "Миронова",
  "Miasson",
  "Lee",
];
const PEOPLE = 400;

beforeAll(async () => {
  fixture = await openSendFixture();
  tenantId = await fixture.tenant();
  neighbour = await fixture.tenant();
  for (const owner of [tenantId, neighbour])
    await fixture.sql`
      insert into contacts (tenant_id, phone_e164, country, line_type, first_name, last_name, tags)
      select ${owner}, '+614' || lpad((n * 7919 % 100000000)::text, 8, '0'), 'AU', 'MOBILE',
        (${FIRST}::text[])[1 + n % ${FIRST.length}], (${LAST}::text[])[1 + n / 3 % ${LAST.length}],
        case when n % 4 = 0 then array['vip'] else '{}'::text[] end
      from generate_series(1, ${PEOPLE}) n`;
});
afterAll(() => fixture.close());

interface Search {
  search: string;
  tag?: string;
  limit?: number;
}

/** Returns the ids of all pages, in order. */
async function found({ limit = 7, ...search }: Search, owner = tenantId): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const request: ContactFilter = { ...search, cursor, limit };
    const page: Page<ContactRow> = await fixture.database.asTenant(owner, (tx) =>
      listContacts(tx, owner, request),
    );
    expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids;
}

/** Who matches, by a scan of all contacts: each word is in a name, or the digits are in the number. */
async function matching(words: string[], digits = ""): Promise<string[]> {
  const rows = await fixture.sql<{ id: string }[]>`
    select id from contacts where tenant_id = ${tenantId} and strpos(phone_e164, ${digits}) > 0
      and (select bool_and(strpos(coalesce(first_name_lower, '') || '|' || coalesce(last_name_lower, ''), fold_name(w)) > 0)
        from unnest(${words.length > 0 ? words : [""]}::text[]) w)`;
  return rows.map(({ id }) => id).sort();
}

describe("a search gives each match once, over all pages", () => {
  it.each([
    ["mia", ["mia"]],
    ["MIA", ["mia"]],
    ["zoe", ["zoe"]],
    ["Zoë", ["zoe"]],
    ["a", ["a"]],
    ["smi", ["smi"]],
    ["mir", ["mir"]],
    ["ирон", ["ирон"]],
    ["李", ["李"]],
    ["mia smith", ["mia", "smith"]],
    ["smith mia", ["smith", "mia"]],
    ["ouz oli", ["ouz", "oli"]],
    ["a e", ["a", "e"]],
    ["silh", ["silh"]],
    ["ovako", ["ovako"]],
    ["o'shea", ["o'shea"]],
    ["nobody", ["nobody"]],
    ["\u2068mia\u2069", ["mia"]],
  ])("%s", async (search, words) => {
    const ids = await found({ search });
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(await matching(words));
    expect(await found({ search, limit: 100 })).toEqual(ids);
  });

  it.each(["0400", "7919", "79", "5004", "99", "61400"])("digits %s", async (search) => {
    const ids = await found({ search });
    expect(new Set(ids).size).toBe(ids.length);
    const digits = search.replace(/^0+/, "");
    expect(ids.toSorted()).toEqual(await matching([], digits));
  });

  it("by a tag as well", async () => {
    const ids = await found({ search: "zo", tag: "vip" });
    const vips = await fixture.sql<{ id: string }[]>`
      select id from contacts where tenant_id = ${tenantId} and 'vip' = any(tags)`;
    const all = new Set(vips.map(({ id }) => id));
    expect(ids.toSorted()).toEqual((await matching(["zo"])).filter((id) => all.has(id)));
    expect(ids.length).toBeGreaterThan(0);
  });
});

it("what begins so comes first, then names in order", async () => {
  const ids = await found({ search: "mia", limit: 100 });
  const rows = await fixture.sql<{ id: string; first: string; last: string }[]>`
    select id, first_name_lower as first, last_name_lower as last from contacts where id = any(${ids})`;
  const names = new Map(rows.map(({ id, first, last }) => [id, { first, last }]));
  const kinds = ids.map((id) => {
    const { first, last } = names.get(id)!;
    return first?.startsWith("mia") ? 0 : last?.startsWith("mia") ? 1 : 2;
  });
  expect(kinds).toEqual(kinds.toSorted());
  expect(new Set(kinds)).toEqual(new Set([0, 1, 2]));
});

it("a part of a name is found as soon as somebody has it, and no longer than that", async () => {
  const names = async (kind: string) =>
    (
      await fixture.sql<{ name: string }[]>`
        select part as name from contact_search_parts where tenant_id = ${tenantId} and kind = ${kind} order by 1`
    ).map(({ name }) => name);
  const before = await names("last");
  const [person] = await fixture.sql<{ id: string }[]>`
    insert into contacts (tenant_id, phone_e164, country, first_name, last_name)
    values (${tenantId}, '+61491570006', 'AU', 'Quetzal', 'Wolfstein') returning id`;
  expect(await found({ search: "olfst" })).toEqual([person!.id]);
  expect(await found({ search: "uetz olfst" })).toEqual([person!.id]);
  expect(await found({ search: "olfst" }, neighbour)).toEqual([]);
  await fixture.sql`update contacts set last_name = 'Bernstein' where id = ${person!.id}`;
  expect(await found({ search: "olfst" })).toEqual([]);
  expect(await found({ search: "ernst" })).toEqual([person!.id]);
  await fixture.sql`update contacts set last_name = null where id = ${person!.id}`;
  expect(await names("last")).toEqual(before);
  await fixture.sql`delete from contacts where id = ${person!.id}`;
  expect(await names("first")).not.toContain("quetzal");
  expect(await names("first")).toContain("mia");
  const [other] =
    await fixture.sql`select count(*)::int as names from contact_search_parts where tenant_id = ${neighbour} and kind <> 'number'`;
  expect(other!.names).toBe((await names("first")).length + before.length);
});

it("a page after a contact that is gone, or that matches no more, is empty", async () => {
  const page = (cursor: string) =>
    fixture.database.asTenant(tenantId, (tx) =>
      listContacts(tx, tenantId, { search: "mia", cursor, limit: 5 }),
    );
  expect((await page(crypto.randomUUID())).items).toEqual([]);
  const [lee] = await fixture.sql<{ id: string }[]>`
    select id from contacts where tenant_id = ${tenantId} and first_name = 'Olivia' and last_name <> 'Miasson' limit 1`;
  expect((await page(lee!.id)).items).toEqual([]);
});
