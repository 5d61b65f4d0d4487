import { describe, expect, test } from "vitest";
import { classifyReply } from "./replies.ts";

describe("a keyword that one of our texts named", () => {
  test.each([
    ["NO", "Sale on Friday! Reply NO to opt out."],
    ["no", 'Hi Ana. Text "NO" to unsubscribe'],
    ["9", "Reply with 9 to stop receiving these"],
    ["SALIR", "Oferta. Responda SALIR para no recibir más"],
    ["FUERA", "Envíe FUERA para darse de baja"],
    ["NON", "Promo. Répondez NON pour ne plus recevoir"],
    ["NEIN", "Antworten Sie NEIN, um sich abzumelden"],
    ["NO", "Rispondi NO per non ricevere"],
    ["SAIR", "Responda SAIR para não receber"],
    ["T", "【店】新品 回T退订"],
    ["R", "【店】新品 拒收请回复R"],
    ["td", "【店】新品 回复TD退订"],
    ["N.", "【店】新品，退订回N"],
  ])("%s is an opt-out after %j", (reply, ours) => {
    expect(classifyReply(reply, ["Hello", ours])).toBe("opt-out");
    expect(classifyReply(`${reply} thanks, see you there`, [ours])).not.toBe("opt-out");
  });

  test.each([
    ["NO", "Do you need a lift? Reply YES or NO."],
    ["NO", "Reply NO to cancel your appointment."],
    ["C", "Reply C to confirm. Reply STOP to opt out."],
    ["no", "no texts"],
    ["?", "Reply NO to opt out."],
  ])("%s is none after %j", (reply, ours) => expect(classifyReply(reply, [ours])).not.toBe("opt-out"));

  test("without such a text, a bare letter of Chinese texts goes to a person", () => {
    expect(classifyReply("T")).toBe("ask-a-person");
    expect(classifyReply("NO")).toBe("none");
  });
});
