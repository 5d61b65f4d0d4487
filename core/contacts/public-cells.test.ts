import { describe, expect, test } from "vitest";
import { readCountry } from "./country-name.ts";
import { isNothing } from "./nothing-words.ts";
import { phonesOf } from "./phone-list.ts";
import { searchText } from "./search-text.ts";

/** Cells as people brought them to other programs. Numbers are replaced by ones of the same shape. */

function read(cell: string, country: string): string {
  const found = phonesOf(cell, country);
  return Array.isArray(found) ? found.map(({ e164 }) => e164).join() : found.reason;
}

interface PublicCell {
  source: string;
  cell: string;
  country: string;
  right: string;
}

describe.each<[string, PublicCell[]]>([
  [
    "what a spreadsheet did to a number",
    [
      {
        source: "https://github.com/Automattic/camptix/issues/40",
        cell: "4.41E+11",
        country: "GB",
        right: "Spreadsheet damage",
      },
      {
        source: "https://github.com/SpartnerNL/Laravel-Excel/issues/1789",
        cell: "5.35E+09",
        country: "TR",
        right: "Spreadsheet damage",
      },
      {
        source: "https://github.com/SheetJS/sheetjs/issues/2078",
        cell: "5.51294E+12",
        country: "BR",
        right: "Spreadsheet damage",
      },
      {
        source: "https://github.com/react-csv/react-csv/issues/136",
        cell: "4,687E+11",
        country: "AU",
        right: "Spreadsheet damage",
      },
      {
        source: "https://github.com/nyaruka/rapidpro/pull/389",
        cell: "61491570006.0",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/AmpersandTarski/Ampersand/pull/313",
        cell: "491570006.000",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/mautic/mautic/issues/890",
        cell: "491 570 006",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/softmonkeyjapan/opencart-excel-export/issues/4",
        cell: "912123456",
        country: "SK",
        right: "+421912123456",
      },
      {
        source: "https://github.com/betagouv/conseillers-entreprises/pull/1848",
        cell: "612345678",
        country: "FR",
        right: "+33612345678",
      },
      {
        source: "https://github.com/hhurz/tableExport.jquery.plugin/issues/103",
        cell: "\u001f0491570006",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/SpartnerNL/Laravel-Excel/issues/2954",
        cell: "55.765432",
        country: "UZ",
        right: "Spreadsheet damage",
      },
      {
        source: "https://github.com/yajra/laravel-datatables/issues/3031",
        cell: "353850123456",
        country: "IE",
        right: "+353850123456",
      },
      {
        source: "https://github.com/huanz/tableExport/issues/4",
        cell: "61491570000000000",
        country: "AU",
        right: "Too long",
      },
      {
        source: "https://github.com/iliaal/php_excel/issues/112",
        cell: "2.5755830000446E+16",
        country: "AU",
        right: "Spreadsheet damage",
      },
    ],
  ],
  [
    "a number that another country may have",
    [
      {
        source: "https://github.com/catamphetamine/libphonenumber-js/issues/376",
        cell: "375294911911",
        country: "BY",
        right: "+375294911911",
      },
      {
        source: "https://github.com/catamphetamine/libphonenumber-js/issues/488",
        cell: "+5108675432",
        country: "US",
        right: "Not valid in its country",
      },
      {
        source: "https://github.com/catamphetamine/libphonenumber-js/issues/298",
        cell: "447400123456",
        country: "US",
        right: "Too long",
      },
      {
        source: "https://github.com/google/libphonenumber/issues/1492",
        cell: "+117755555555",
        country: "US",
        right: "Not valid in its country",
      },
      {
        source: "https://github.com/daddyz/phonelib/issues/87",
        cell: "3911234567",
        country: "IT",
        right: "+393911234567",
      },
      {
        source: "https://github.com/daviddrysdale/python-phonenumbers/issues/291",
        cell: "+353ks.123456789",
        country: "IE",
        right: "Not a number",
      },
      {
        source: "https://github.com/catamphetamine/libphonenumber-js/issues/159",
        cell: "+1 1213 215 5230",
        country: "US",
        right: "Not valid in its country",
      },
    ],
  ],
  [
    "invisible marks",
    [
      {
        source: "https://github.com/glific/glific/issues/4815",
        cell: "\u200b+61491570006\u200b",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/verbb/hyper/issues/86",
        cell: "\u202d0491 570 006\u202c",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/signalapp/Signal-Android/issues/11630",
        cell: "\u2068+61 491 570 006\u2069",
        country: "NZ",
        right: "+61491570006",
      },
      {
        source: "https://github.com/contao/core/issues/8434",
        cell: "\u200e61491570006",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/woocommerce/woocommerce/issues/58000",
        cell: "+61\ufe0d-491-570-006",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/woocommerce/woocommerce/pull/68164",
        cell: "\u31640491570006\u2066",
        country: "AU",
        right: "+61491570006",
      },
    ],
  ],
  [
    "extensions are left out, or the cell is refused",
    [
      {
        source: "https://github.com/bitfireAT/davx5-ose/pull/2558",
        cell: "tel:+61-491-570-006;ext=5555",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/manzinello/mailgo/issues/92",
        cell: "tel:0491-570-006p123",
        country: "AU",
        right: "Not a number",
      },
      {
        source: "https://github.com/google/WebFundamentals/issues/6826",
        cell: "tel:+61491570006;ext=7777777",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/gregjacobs/Autolinker.js/issues/189",
        cell: "1-202-555-0143,10226420346#",
        country: "US",
        right: "Not a number",
      },
      {
        source: "https://github.com/mozilla-iam/dino-park-issues/issues/166",
        cell: "+1 202 555 0143 x 123",
        country: "US",
        right: "+12025550143",
      },
    ],
  ],
  [
    "links",
    [
      {
        source: "https://github.com/GooeyAI/gooey-server/pull/784",
        cell: "https://wa.me/61491570006?text=%2Fextension%2012",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/verbb/hyper/issues/86",
        cell: "tel:+61491570006",
        country: "GB",
        right: "+61491570006",
      },
      {
        source: "https://github.com/chatwoot/chatwoot/pull/14174",
        cell: "whatsapp:+61491570006",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/skarim/vobject/issues/132",
        cell: "0491570006;ext=5555",
        country: "AU",
        right: "+61491570006",
      },
    ],
  ],
  [
    "several numbers in a cell",
    [
      {
        source: "https://github.com/owncloud-archive/contacts/issues/818",
        cell: "(02) 5550 1234 ::: 0491 570 006",
        country: "AU",
        right: "+61255501234,+61491570006",
      },
      {
        source: "https://github.com/instedd/verboice/issues/682",
        cell: "0491570006, 0491570156",
        country: "AU",
        right: "+61491570006,+61491570156",
      },
      {
        source: "https://github.com/owncloud-archive/contacts/issues/574",
        cell: "+61491570006 ::: +61491570156",
        country: "AU",
        right: "+61491570006,+61491570156",
      },
    ],
  ],
  [
    "an apostrophe or a tab against formulas",
    [
      {
        source: "https://github.com/chatwoot/chatwoot/pull/15334",
        cell: "'+61491570006",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/GlotPress/GlotPress/pull/2059",
        cell: "\t+61491570006",
        country: "AU",
        right: "+61491570006",
      },
      {
        source: "https://github.com/iris-connect/iris-client/issues/443",
        cell: " +61491570006",
        country: "AU",
        right: "+61491570006",
      },
    ],
  ],
  [
    "a number with two forms",
    [
      {
        source: "https://github.com/chatwoot/chatwoot/issues/14048",
        cell: "+5215555550101",
        country: "MX",
        right: "+525555550101",
      },
      {
        source: "https://github.com/signalapp/Signal-Android/issues/3360",
        cell: "55 5555 0101",
        country: "MX",
        right: "+525555550101",
      },
      {
        source: "https://github.com/mgp25/Chat-API/issues/538",
        cell: "5215555550101",
        country: "MX",
        right: "+525555550101",
      },
    ],
  ],
])("%s", (_, cells) => {
  test.each(cells)("$source: $cell", ({ cell, country, right }) => expect(read(cell, country)).toBe(right));
});

describe("the name of a country", () => {
  test.each<[string, string, string]>([
    [
      "https://github.com/civicrm/civicrm-core/pull/33329",
      "USA, United-States, United States of America",
      "US",
    ],
    ["https://github.com/civicrm/civicrm-core/pull/33329", "England, Great Britain", "GB"],
    ["https://github.com/civicrm/civicrm-core/pull/33329", "Czechia, Czech Republic", "CZ"],
    ["https://github.com/civicrm/civicrm-core/pull/33329", "UAE, United Arab Emirates", "AE"],
    ["https://github.com/civicrm/civicrm-core/pull/33329", "Iran; Iran, Islamic Republic of", "IR"],
    ["https://github.com/civicrm/civicrm-core/pull/33329", "Korea, Republic of", "KR"],
    ["https://github.com/jagduvi1/Cellarion/pull/1088", "de", "DE"],
    ["https://github.com/jagduvi1/Cellarion/pull/1088", "ro", "RO"],
    ["https://github.com/PrestaShop/PrestaShop/pull/42934", "PL", "PL"],
    ["https://github.com/opencollective/opencollective/issues/2184", "UK, GB", "GB"],
    ["https://github.com/zetkin/app.zetkin.org/issues/2723", "se", "SE"],
    ["https://github.com/NaturalHistoryMuseum/scratchpads2/issues/1428", "GR", "GR"],
  ])("%s: %s", (_, names, code) => {
    const each = names.includes(";") || / of$/.test(names) ? names.split("; ") : names.split(", ");
    for (const name of each) expect(readCountry(name), name).toEqual({ kind: "country", code });
  });

  test.each([
    ["Bolivia (Plurinational State of)", "BO"],
    ["Venezuela (Bolivarian Republic of)", "VE"],
    ["Micronesia (Federated States of)", "FM"],
    ["Palestine, State of", "PS"],
    ["Moldova, Republic of", "MD"],
    ["Taiwan, Province of China", "TW"],
    ["United Kingdom of Great Britain and Northern Ireland", "GB"],
    ["DR Congo", "CD"],
    ["US-United States", "US"],
  ])("as ISO 3166 and shops write it: %s", (name, code) => {
    expect(readCountry(name)).toEqual({ kind: "country", code });
  });

  test.each(["Korea", "China, Republic of", "AU-New Zealand", "US-Australia"])(
    "%s is not guessed",
    (name) => {
      expect(readCountry(name).kind).not.toBe("country");
    },
  );
});

test.each([
  ["https://github.com/mcode/mcode-extraction-framework/pull/119", ["NULL", "NIL", "null", "nil"], true],
  ["https://github.com/mcode/mcode-extraction-framework/pull/119", ["Null", "Nil"], false],
  ["https://github.com/hankinsoft/SQLPro/issues/562", ["<NULL>", "NULL", "null"], true],
  ["https://github.com/ncopenpass/CampaignFinance/pull/228", ["NULL"], true],
  ["https://github.com/steedos/steedos-platform/issues/2450", ["null"], true],
])("words for nothing: %s", (_, cells, isBlank) => {
  for (const cell of cells) expect(isNothing(cell), cell).toBe(isBlank);
});

test.each<[string, string, ReturnType<typeof searchText>]>([
  ["https://github.com/sultanahamer/OpenContacts/issues/20", "006", { digits: "006", words: [] }],
  ["https://github.com/signalapp/Signal-iOS/pull/391", "(0491) 570-006", { digits: "0491570006", words: [] }],
  [
    "https://github.com/SimpleMobileTools/Simple-Contacts/issues/711",
    "ing",
    { digits: null, words: ["ing"] },
  ],
  [
    "https://github.com/signalapp/Signal-Android/issues/11630",
    "\u2068+61 491 570 006\u2069",
    { digits: "61491570006", words: [] },
  ],
])("a search: %s", (_, typed, right) => expect(searchText(typed)).toEqual(right));
