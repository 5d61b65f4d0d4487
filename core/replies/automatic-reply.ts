/** Phrases of automatic replies, in the languages of phones and mail programs. */
const MACHINES = [
  /\bauto[- ]?(?:matic(?:ally)?|mated)?[- ]?(?:reply|response|responder|message|answer)\b/i,
  /\bautomatic(?:ally)? (?:generated|sent)\b|\bautomated (?:message|response|reply|text)\b/i,
  /\bout of (?:the )?office\b|\b(?:on|on my) (?:annual |parental |sick )?(?:leave|vacation|holidays?) until\b/i,
  /\b(?:i'?m|i am|currently) driving\b|\bdo not disturb while driving\b|\bdriving (?:mode|focus)\b/i,
  /\b(?:this|the) (?:number|line|inbox|mailbox|phone) (?:is|are) (?:not|un)[- ]?(?:monitored|attended|in service|able)/i,
  /\bno longer (?:in service|monitored|in use)\b/i,
  /\bi(?:'ll| will) (?:get back to you|reply|respond|call you|see your message) (?:when|as soon|once|later|shortly)/i,
  /\bnotifications silenced\b|\bfocus (?:mode|turned on)\b/i,
  /\brespuesta autom[áa]tica\b|\bestoy conduciendo\b|\bfuera de la oficina\b/i,
  /\br[ée]ponse automatique\b|\bje conduis\b|\babsent du bureau\b/i,
  /\bautomatische (?:antwort|nachricht|antwoord)\b|\babwesenheits\w*|\bich fahre gerade\b/i,
  /\brisposta automatica\b|\bsto guidando\b|\bresposta autom[áa]tica\b|\bestou (?:a conduzir|dirigindo)\b/i,
];

/**
 * Whether a machine seems to have written the text. It gets no automatic answer, or two machines would answer each
 * other for ever.
 */
export function looksAutomatic(text: string): boolean {
  const plain = text.replace(/[‘’ʼ`´]/g, "'");
  return MACHINES.some((pattern) => pattern.test(plain));
}
