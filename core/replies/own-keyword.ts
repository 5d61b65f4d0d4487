/**
 * The keyword that one of our own texts named for opting out: "Reply NO to opt out", "回T退订". Alone it means what we
 * said that it means, although it is no word of any law or carrier.
 */

const WORD = "[\"'“”«»„「(]*([\\p{L}\\p{N}]{1,12})[\"'“”«»„」)]*";

const INSTRUCTIONS: readonly RegExp[] = [
  `\\b(?:reply|text|send|type|respond)(?: back)?(?: with)? ${WORD} (?:to|2) (?:opt[ -]?out|unsubscribe|be removed|get off|stop (?:receiving|getting|texts|messages|these|this|all))`,
  `\\b(?:responda?|respondé|conteste?|contesta|envíe|envía|envie|envia)(?: con| com)? ${WORD} para (?:no recibir|dejar de|darse de baja|darte de baja|cancelar la suscripción|não receber|parar de|deixar de|sair)`,
  `(?:répondez|réponds|envoyez|envoie)(?: par| avec)? ${WORD} pour (?:ne plus|vous désabonner|te désabonner|vous désinscrire|se désabonner|arrêter)`,
  `\\b(?:antworten sie|antworte|senden sie|sende)(?: mit)? ${WORD},? (?:um sich abzumelden|um dich abzumelden|zum abmelden|um keine)`,
  `\\b(?:rispondi|rispondere|invia|inviare)(?: con)? ${WORD} per (?:non ricevere|disiscriverti|disiscriversi|cancellarti|cancellarsi)`,
  `(?:回复|回覆|回|发送|發送)\\s*${WORD}\\s*(?:即可|可)?(?:退订|退訂|拒收|取消订阅|取消訂閱)`,
  `(?:退订|退訂|拒收)(?:请|請)?(?:回复|回覆|回)\\s*${WORD}`,
].map((source) => new RegExp(source, "iu"));

/** Whether a whole message is a keyword for opting out that one of our texts named. */
export function isOwnKeyword(whole: string, ours: readonly string[]): boolean {
  if (whole === "" || whole.includes(" ")) return false;
  return ours.some((our) =>
    INSTRUCTIONS.some((instruction) => instruction.exec(our)?.[1]?.toLowerCase() === whole),
  );
}
