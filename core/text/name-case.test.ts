import { describe, expect, test } from "vitest";
import { parseTemplate, renderTemplate } from "./template.ts";

const as = (format: string, name: string) =>
  renderTemplate(parseTemplate(`{{first_name|x|${format}}}`), { first_name: name }).text;

/** `source`: who reported that a program made this name wrong. */
const TITLES: readonly { name: string; right: string; source: string }[] = [
  {
    name: "McDonald",
    right: "McDonald",
    source: "https://github.com/TangoTek/TekTopia-Community/issues/639",
  },
  {
    name: "MCDONALD",
    right: "McDonald",
    source: "https://github.com/TangoTek/TekTopia-Community/issues/639",
  },
  {
    name: "mcdonald-smith",
    right: "McDonald-Smith",
    source: "https://github.com/freelawproject/juriscraper/pull/2061",
  },
  { name: "Machine", right: "Machine", source: "https://github.com/mattstevens/sublime-titlecase/issues/1" },
  { name: "Macknowski", right: "Macknowski", source: "https://github.com/tenderlove/namecase/pull/7" },
  { name: "fernández", right: "Fernández", source: "https://github.com/vercel/title/issues/33" },
  { name: "muñoz", right: "Muñoz", source: "https://github.com/vercel/title/issues/33" },
  { name: "İBRAHİM", right: "İbrahim", source: "https://github.com/skyjake/lagrange/issues/463" },
  {
    name: "ibrahim yağcı",
    right: "İbrahim Yağcı",
    source: "https://github.com/metabrainz/musicbrainz-server/pull/410",
  },
];

describe("title case keeps a name right in its own script", () => {
  test.each(TITLES)("$name: $right", ({ name, right }) => expect(as("title", name)).toBe(right));

  test.each([
    ["Ludwig van Beethoven", "Ludwig van Beethoven"],
    ["ludwig van beethoven", "Ludwig van Beethoven"],
    ["VAN DER BERG", "Van Der Berg"],
    ["mia JONES", "Mia Jones"],
    ["o'brien-SMITH", "O'Brien-Smith"],
    ["mia's", "Mia's"],
    ["DeAndre", "DeAndre"],
    ["ijsbrand", "IJsbrand"],
    ["ijaz", "Ijaz"],
    ["ნინო", "ნინო"],
    ["IŞIL", "IŞIL"],
    ["ŞEYMA", "Şeyma"],
    ["CAĞRI YILMAZ", "Cağrı Yılmaz"],
    ["ΓΙΩΡΓΟΣ", "Γιωργος"],
    ["МАРИЯ", "Мария"],
    ["(mia)", "(Mia)"],
    ["محمد", "محمد"],
    ["小明", "小明"],
    ["42", "42"],
    ["mia DeAndre", "Mia DeAndre"],
    ["ŞEYMA İPEK IŞIL", "Şeyma İpek Işıl"],
    ["şıvan", "Şıvan"],
    ["", "x"],
  ])("%s: %s", (name, right) => expect(as("title", name)).toBe(right));
});

test.each([
  ["upper", "ნინო", "ნინო"],
  ["upper", "ibrahim yağcı", "İBRAHİM YAĞCI"],
  ["upper", "Γιώργος", "ΓΙΩΡΓΟΣ"],
  ["upper", "Groß", "GROSS"],
  ["lower", "İBRAHİM", "ibrahim"],
  ["lower", "MIA", "mia"],
])("%s of %s is %s", (format, name, right) => expect(as(format, name)).toBe(right));
