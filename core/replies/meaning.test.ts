import { describe, expect, test } from "vitest";
import { meaningOf } from "./meaning.ts";
import { classifyReply } from "./replies.ts";
import { tokenise } from "./tokens.ts";

describe("how much is said beside a word", () => {
  test.each([
    ["an opt-out", "nie pisz", "opt-out"],
    ["a word that its language doesn't know behind it", "nie pisz tak szybko", "ask-a-person"],
    ["such a word before it, where objects come first", "light band karo", "ask-a-person"],
    ["such a word in the clause before", "Ravi, band karo", "opt-out"],
    ["a known word before it, where objects come first", "अपने विज्ञापन बंद करो", "opt-out"],
    ["a weak word", "blocca", "ask-a-person"],
    ["a weak word among few signs", "解約", "ask-a-person"],
    ["a weak word among many signs", "解約について詳しく教えてほしいんですが今日", "none"],
    ["a weak word and an article, of a thing: the listener knows better", "stopper la commande", "none"],
    ["a weak word among many", "Il faut stopper le gaspillage partout dans notre pays", "none"],
    ["a cut-off word is none", "I don't want any", "ask-a-person"],
    ["an order is no text", "Quiero dar de baja la cita", "none"],
    ["an order and messages", "no quiero más mensajes sobre mi pedido", "partial-opt-out"],
  ])("%s: %s is %s", (_, text, kind) => expect(classifyReply(text)).toBe(kind));
});

describe("opt-outs that are made of a language's words", () => {
  test.each([
    ["es", "ya les pedí que me saquen de su lista"],
    ["pt", "já pedi para não ser contatado"],
    ["fr", "je vous ai déjà dit de ne plus m'écrire"],
    ["it", "ho già chiesto di non essere chiamata più"],
    ["de", "ich möchte nicht mehr kontaktiert werden"],
    ["nl", "ik wil niet meer gebeld worden"],
    ["ro", "nu doresc să fiu contactat"],
    ["cs", "nepřeji si být kontaktován"],
    ["hu", "ne zaklassanak többet"],
    ["ar", "ما تتصلش بيا تاني"],
    ["he", "תמחקו אותי מהמערכת"],
    ["hi", "Mujhse contact karna band kijiye"],
    ["th", "ไม่ต้องส่งข้อความมาอีก"],
    ["mi", "Kaua e tuku karere mai anō"],
    ["mixed", "please mujhe message mat bhejo"],
  ])("%s: %s", (_, text) => expect(meaningOf(tokenise(text))).toMatch(/^(?:opt-out|phrased|requested)$/));
});
