import { describe, expect, it } from "vitest";
import { compileCampaign, textFor } from "../gates/message-facts.ts";
import { exampleCampaign, exampleCandidate } from "../testing/example-contact.ts";
import { matcherOf } from "../text/recovered-text.ts";
import { parseTemplate } from "../text/template.ts";
import { NOBODYS_CODE, RECIPIENT_FIELD, readLinkCode } from "./short-link.ts";
import {
  destinationsIn,
  exampleShortLinks,
  linkFaults,
  withAnyLinks,
  withShortLinks,
} from "./written-links.ts";

const BASE = "https://go.acme.example";
const HOSTS = ["shop.acme.example", "*.sale.example"];
const link = "https://shop.acme.example/spring?x=1&y=(a)#b";

describe("the links of a text", () => {
  it.each([
    [`Sale: ${link}.`, [link]],
    [`(${link})`, [link]],
    [`“${link}”, now!`, [link]],
    ["https://shop.acme.example/a_(b)", ["https://shop.acme.example/a_(b)"]],
    ["(https://shop.acme.example/a_(b))", ["https://shop.acme.example/a_(b)"]],
    [`${link} and ${link}`, [link]],
    ["HTTPS://Shop.Acme.example", ["https://shop.acme.example/"]],
    ["https://bücher.example/a", ["https://xn--bcher-kva.example/a"]],
    // Not of https, not an address of a named host, or with what nobody should text.
    ["http://shop.acme.example/a", []],
    ["shop.acme.example/a", []],
    ["xhttps://shop.acme.example/a", []],
    ["https://127.0.0.1/a", []],
    ["https://localhost/a", []],
    ["https://shop.acme.example:8443/a", []],
    ["https://user:pw@shop.acme.example/a", []],
    ["https://", []],
    ["{{website}} and {{opt_out_link}}", []],
  ])("are found in %j", (body, found) => {
    expect(destinationsIn(body)).toEqual(found);
  });

  it("become short ones that end in the recipient's code; what is around them stays", () => {
    const body = `Hi {{first_name}}: ${link}, or https://other.example/a. {{opt_out_link}}`;
    const [first] = exampleShortLinks(body, BASE);
    expect(first).toEqual({ url: link, address: `${BASE}/l/xxxxxxx` });
    const template = withShortLinks(parseTemplate(body), [first!]);
    expect(template.parts).toEqual([
      "Hi ",
      { name: "first_name" },
      `: ${BASE}/l/xxxxxxx`,
      { name: RECIPIENT_FIELD },
      ", or https://other.example/a. ",
      { name: "opt_out_link" },
    ]);
    expect(template.fields.map(({ name }) => name)).toEqual(["first_name", RECIPIENT_FIELD, "opt_out_link"]);
  });

  it("have the same length for everybody, in the text that is priced and in the one that is sent", () => {
    const body = `Hi {{first_name}}: ${link}`;
    const campaign = compileCampaign(
      exampleCampaign({ body, smartEncoding: true, shortLinks: exampleShortLinks(body, BASE) }),
    );
    const priced = textFor(exampleCandidate({ firstName: "Mia" }), campaign);
    const sent = textFor(exampleCandidate({ firstName: "Mia", linkCode: "aB3dE5g" }), campaign);
    expect(priced.text).toBe(`Hi Mia: ${BASE}/l/xxxxxxx${NOBODYS_CODE}`);
    expect(sent.text).toBe(`Hi Mia: ${BASE}/l/xxxxxxxaB3dE5g`);
    expect(readLinkCode(sent.text.split("/l/")[1]!)).toEqual({ code: "xxxxxxx", recipient: "aB3dE5g" });
  });

  it("may stand in a text that the carrier has: it is found again after a restore", () => {
    const body = `Hi {{first_name}}, sale: ${link}. STOP`;
    const { fits } = matcherOf(body, true, withAnyLinks(body));
    expect(fits(`Hi Mia, sale: ${BASE}/l/3xYz9AbaB3dE5g. STOP`)).toBe(true);
    expect(fits(`Hi Mia, sale: ${link}. STOP`)).toBe(true);
    expect(fits(`Hi Mia, other: ${BASE}/l/3xYz9AbaB3dE5g. STOP`)).toBe(false);
  });

  it("can't be a contact's own field", () => {
    const campaign = compileCampaign(
      exampleCampaign({ body: link, shortLinks: exampleShortLinks(link, BASE) }),
    );
    const custom = { [RECIPIENT_FIELD]: "evil.example" };
    expect(textFor(exampleCandidate({ custom }), campaign).text).toBe(`${BASE}/l/xxxxxxx${NOBODYS_CODE}`);
  });
});

it("an address that can't be shortened stays as it is written, and the one beside it gets a short link", () => {
  const [short] = exampleShortLinks(link, BASE);
  const { parts } = withShortLinks(parseTemplate(`https://127.0.0.1/a ${link}`), [short!]);
  expect(parts).toEqual([`https://127.0.0.1/a ${short!.address}`, { name: RECIPIENT_FIELD }]);
});

describe("what stands against short links", () => {
  it.each([
    [`Sale: ${link}`, []],
    ["https://a.sale.example/x https://b.c.sale.example", []],
    ["Nothing to shorten", []],
    ["https://sale.example/", [/may not lead to sale\.example/]],
    ["https://evil.example/ and https://evil.example/2", [/may not lead to evil\.example/]],
    ["https://shop.acme.example.evil.example/", [/may not lead to/]],
    ["https://xsale.example/", [/may not lead to/]],
    ["https://10.0.0.1/", [/can't be a short link/]],
    ["https://shop.acme.example/?c={{member_no}}", [/can't contain a merge field/]],
    ["https://shop.acme.example/ {{member_no}}", []],
    ["https://shop.acme.example/. {{member_no}}", []],
    [
      Array.from({ length: 7 }, (_, at) => `https://shop.acme.example/${at}`).join(" "),
      [/at most 5 short links: remove 2 links/],
    ],
  ])("in %j", (body, faults) => {
    const found = linkFaults(body, HOSTS);
    expect(found).toHaveLength(faults.length);
    faults.forEach((fault, at) => {
      expect(found[at]).toMatch(fault);
    });
  });

  it("is not a host where the list is not known", () => {
    expect(linkFaults("https://evil.example/", null)).toEqual([]);
  });
});

it("a code is read only as it was written, with a sign of the text behind it", () => {
  expect(readLinkCode("abcdefgABCDEFG")).toEqual({ code: "abcdefg", recipient: "ABCDEFG" });
  expect(readLinkCode("abcdefgABCDEFG.)")).toEqual({ code: "abcdefg", recipient: "ABCDEFG" });
  for (const wrong of [
    "",
    "abcdefg",
    "abcdefgABCDEF",
    "abcdefgABCDEFGH",
    "abcdefg-ABCDEF",
    "abcdefgABCDEFG/../x",
  ])
    expect(readLinkCode(wrong)).toBeNull();
});
